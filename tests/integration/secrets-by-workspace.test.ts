/** Payloads of workspaces that know a secret are encrypted, also when their present release has none; others are read. */
import { ENCRYPTED } from '../../shared/drivers/run-engine/payload-encryption';
import { startProduct, type Product } from '../support/product';
import { dataFiles, searchFiles, searchFor, shownExecutions, type ShownExecution } from '../support/search-data';
import { servedFolder } from '../support/served-folder';
import { triggerSchedule } from '../support/trigger-schedule';
import type { WorkspaceClient } from '../support/workspace-client';

jest.setTimeout(120_000);

const PIN = 'given-as-an-argument-4711';
const CODE = 'brought-by-a-signal-4712';
const KEY = 'held-in-a-config-field-4713';
const VALUE = 'read-by-operators-4714';

const secretPin = 'arguments: { body: { type: object, properties: { pin: { type: string, secret: true } } } }';
/** Starts, is signalled, sleeps until its history is fresh, and answers; with values in all of it. */
const holds = (declared = '') => `
name: Holds
when: { endpoint: true, schedules: ['0 5 * * *'] }
${declared}
do:
  - set: { name: held, value: '{{config.key}} {{body.pin}}' }
  - conditions:
      '{{run.trigger.type}} == "schedule"': [break: {}]
  - wait: { oneOf: [{ event: go }], timeout: 600, output: gone }
  - set: { name: held, value: '{{held}} {{gone.payload.code}}' }
  - repeat: { until: 6, do: [sleep: 0.05] }
  - wait: { oneOf: [{ event: end }], timeout: 600 }
output: '{{held}}'
`;
const secretKey = `
name: Safe
config: { schema: { key: { type: string, secret: true } }, value: { key: '${KEY}' } }
`;

const folder = servedFolder({
  bank: { holds: holds(secretPin) },
  safe: { holds: holds(), 'index.yml': secretKey },
  open: { holds: holds() },
});
const settings = { OSTINATO_ANSWER_TIMEOUT: '1', OSTINATO_CONTINUE_AS_NEW_AFTER: '20' };
const given = { bank: { pin: PIN, code: CODE }, safe: { pin: '', code: '' }, open: { pin: VALUE, code: VALUE } };
const held = { bank: ` ${PIN} ${CODE}`, safe: `${KEY}  `, open: ` ${VALUE} ${VALUE}` };
const foundIn = searchFor([PIN, CODE, KEY]);
const names = ['bank', 'safe', 'open'] as const;
const runs: { [workspace: string]: string } = {};
let product: Product;
let logs = '';

beforeAll(async () => void (product = await startProduct(folder.path, settings)), 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const park = async (client: WorkspaceClient, pin: string): Promise<string> => {
  const answer = await client.call('holds', { body: { pin } });
  expect(answer.status).toBe(408);
  return answer.runId;
};

it('goes on with runs of a release that knew secrets, in one that knows none, over a restart', async () => {
  for (const name of names) {
    await triggerSchedule(product, name, 'holds');
    runs[name] = await park(product.workspace(name), given[name].pin);
  }
  folder.write('bank', { holds: holds() });
  folder.write('safe', { 'index.yml': 'name: Safe' });
  for (const name of ['bank', 'safe']) await product.workspace(name).until('runtime.dsul.updated', {}, { count: 2 });
  logs += product.output();
  await product.restart();
  await park(product.workspace('bank'), PIN);
  for (const name of names) await product.workspace(name).emit('go', { code: given[name].code });
  // Two waits of each run.
  for (const name of names)
    await product.workspace(name).until('runtime.waits.pending', {}, { count: name === 'bank' ? 4 : 2 });
  const client = await product.temporalClient();
  for (const name of names) {
    await product.workspace(name).emit('end');
    const result: unknown = await client.workflow.getHandle(runs[name] ?? '').result();
    expect(result).toMatchObject({ status: 200, output: held[name] });
  }
});

describe('in the data of Temporal', () => {
  let executions: readonly ShownExecution[];
  const textsOf = (workspace: string): readonly string[] => {
    const own = executions.filter(({ workflowId }) => workflowId.startsWith(`${workspace}/`));
    expect(own.length).toBeGreaterThan(2); // By the schedule, and one that went on in a fresh history.
    return own.flatMap(({ texts }) => texts);
  };

  beforeAll(async () => void (executions = await shownExecutions(product)));

  it.each(['bank', 'safe'])('nothing of %s can be read', (workspace) => {
    const texts = textsOf(workspace);
    expect(texts.flatMap(foundIn)).toEqual([]);
    expect(texts.filter((text) => text === ENCRYPTED).length).toBeGreaterThan(10);
  });

  it('all of a workspace beside them can be read', () => {
    const texts = textsOf('open');
    expect(texts.filter((text) => text.includes(VALUE)).length).toBeGreaterThan(5);
    expect(texts.filter((text) => text.includes(ENCRYPTED))).toEqual([]);
  });

  it('nor in its files and the logs', async () => {
    await product.interrupt();
    expect(foundIn(logs + product.output())).toEqual([]);
    const files = dataFiles(product.dataDir).filter((file) => /\/(temporal|blobs)\//.test(file));
    expect(searchFiles(files, foundIn)).toEqual([]);
    expect(searchFiles(files, searchFor([VALUE])).length).toBeGreaterThan(0);
  });
});
