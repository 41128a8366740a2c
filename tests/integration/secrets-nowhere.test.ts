/** A known secret is used in every place that an automation has, and then looked for in everything that is kept. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { dataFiles, searchFiles, searchFor, shownExecutions } from '../support/search-data';
import { servedFolder } from '../support/served-folder';
import { answerJson, startStub, type StubServer } from '../support/stub-server';
import type { WorkspaceClient } from '../support/workspace-client';

jest.setTimeout(120_000);

// With characters that JSON, URLs and base64 write in another way.
const OF_WORKSPACE = 'wk"Hush\\Hush/1ö';
const OF_CONFIG = 'cf"Hush\\Hush/2ö';
const OF_ARGUMENT = 'pn"Hush\\Hush/3ö';
const SECRETS = [OF_WORKSPACE, OF_CONFIG, OF_ARGUMENT];

const declared = `
arguments:
  body: { type: object, required: [n], properties: { pin: { type: string, secret: true }, n: { type: number } } }
`;
const all = `'{{body.pin}} {{config.token}} {{config.apiKey}}'`;
const uses = `
name: Uses them everywhere
when: { endpoint: true }
validateArguments: true
${declared}
do:
  - set: { name: local, value: ${all} }
  - set: { name: 'keyed', value: { '{{config.apiKey}}': ${all} } }
  - set: { name: global.kept, value: ${all} }
  - set: { name: session.kept, value: { 'of {{body.pin}}': '{{keyed}}' } }
  - set: { name: run.kept, value: ${all} }
  - set: { name: config.apiKey, value: '{{config.apiKey}}' }
  - fetch:
      url: '{{config.stub}}/echo'
      method: post
      query: { key: '{{config.apiKey}}' }
      headers: { authorization: 'Bearer {{config.token}}', x-pin: 'fixed' }
      body: { pin: '{{body.pin}}', nested: 'is {{keyed}}', big: '{{config.big}}' }
      emitErrors: true
      output: answer
  - fetch: { url: '{{config.stub}}/fails/{{config.apiKey}}', emitErrors: true, output: failure }
  - callee: { given: ${all}, output: returned }
  - try:
      do:
        - emit: { event: '{{local}}/!', payload: { given: ${all} } }
      catch: []
      output: caught
  - wait:
      oneOf:
        - { event: go, filters: { payload.n: '{{body.n}}' } }
        - { event: never, filters: { payload.k: ${all} } }
      timeout: 600
      output: woken
  - repeat:
      until: 6
      do: [sleep: 0.05]
  - set: { name: again, value: '{{global.kept}} {{session.kept}} {{answer}}' }
  - wait:
      oneOf: [{ event: 'on', filters: { payload.n: '{{body.n}}' } }, { event: never, filters: { payload.k: '{{again}}' } }]
      timeout: 600
  - emit: { event: '{{again}}/!' }
`;
const callee = `
name: Called
do: [set: { name: copy, value: '{{given}}' }]
output: '{{copy}}'
`;
const index = (stub: string) => `
name: Vault
config:
  schema: { apiKey: { type: string, secret: true } }
  value:
    token: '{{secret.token}}'
    apiKey: '${OF_CONFIG}'
    stub: '${stub}'
    big: '${'x'.repeat(100)} {{secret.token}}'
`;

const folder = servedFolder({ vault: { uses, callee } });
const settings = {
  OSTINATO_SECRETS: JSON.stringify({ vault: { token: OF_WORKSPACE } }),
  OSTINATO_ANSWER_TIMEOUT: '1',
  OSTINATO_CONTINUE_AS_NEW_AFTER: '20',
  LOG_LEVEL: 'debug',
};
let stub: StubServer;
let product: Product;
let vault: WorkspaceClient;
let logs = '';

beforeAll(async () => {
  stub = await startStub(({ path, body }, response) =>
    path === '/echo'
      ? answerJson(response, { body, long: `${SECRETS.join()} ${'y'.repeat(200_000)}` })
      : answerJson(response, { error: SECRETS.join() }, 500),
  );
  folder.write('vault', { 'index.yml': index(stub.url) });
  product = await startProduct(folder.path, settings);
  vault = product.workspace('vault');
}, 120_000);
afterAll(async () => {
  await product?.stop();
  await stub?.close();
  folder.remove();
}, 120_000);

const foundIn = searchFor(SECRETS);

const waiting = async (n: number): Promise<string> => {
  const answer = await vault.call('uses', { body: { n, pin: OF_ARGUMENT }, query: { q: OF_WORKSPACE } });
  expect(answer).toMatchObject({ status: 408 });
  return answer.runId;
};

let run = '';

it('uses secrets in contexts, calls, waits and errors, over a restart and a fresh history', async () => {
  run = await waiting(1);
  await vault.until('runtime.waits.pending', {}, { withinMs: 30_000 });
  expect(stub.requests[0]).toMatchObject({
    headers: { authorization: `Bearer ${OF_WORKSPACE}` },
    body: { pin: OF_ARGUMENT },
  });
  // Refused: nothing runs, and the error event shows what was given.
  expect(await vault.call('uses', { body: { pin: OF_ARGUMENT } })).toMatchObject({ status: 400 });
  logs += product.output();
  await product.restart();
  vault = product.workspace('vault');
  await vault.emit('go', { n: 1 });
  const client = await product.temporalClient();
  await eventually(
    'waits again, in a fresh history',
    async () => {
      const { historyLength } = await client.workflow.getHandle(run).describe();
      const details = await client.workflow
        .getHandle(run)
        .query<{ currentDetails: string }>('__temporal_workflow_metadata');
      return historyLength < 20 && /`on`/.test(details.currentDetails);
    },
    { withinMs: 30_000 },
  );
});

it('shows operators what a run waits for, without them', async () => {
  const client = await product.temporalClient();
  const { currentDetails } = await client.workflow
    .getHandle(run)
    .query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(currentDetails).toContain('waits for `on` where payload.n = 1 or `never` where payload.k = ');
  expect(foundIn(currentDetails)).toEqual([]);
});

it('keeps none of them in histories: arguments, signals, results, failures, summaries', async () => {
  await vault.emit('on', { n: 1 });
  const client = await product.temporalClient();
  await expect(client.workflow.getHandle(run).result()).rejects.toThrow();
  const executions = await shownExecutions(product);
  expect(executions.length).toBeGreaterThan(1);
  const texts = executions.flatMap((execution) => execution.texts);
  expect(texts.flatMap(foundIn)).toEqual([]);
  expect(texts.length).toBeGreaterThan(20);
});

it('decodes a history for who holds the keys', async () => {
  const shown = await product.temporal('workflow', 'show', '-w', run, '-o', 'json');
  const entry = join(__dirname, '../../dist/workers/decode-history.js');
  const decoded = execFileSync(process.execPath, [entry, product.dataDir], { input: shown, encoding: 'utf8' });
  expect(decoded).toContain(JSON.stringify(OF_ARGUMENT).slice(1, -1));
  expect(decoded).toContain('"automation": "uses"');
  expect(spawnSync(process.execPath, [entry], { input: shown }).status).toBe(2);
});

it('shows them in no native event', async () => {
  const events = await vault.events([]);
  expect(events.length).toBeGreaterThan(10);
  expect(foundIn(JSON.stringify(events))).toEqual([]);
  expect(JSON.stringify(events)).toContain('REDACTED');
});

it('keeps none of them in the log, in the server database and in the data folder', async () => {
  await product.interrupt();
  logs += product.output();
  expect(logs).toContain('Workflow failed');
  expect(foundIn(logs)).toEqual([]);
  const files = dataFiles(product.dataDir);
  expect(files.filter((file) => /temporal/.test(file)).length).toBeGreaterThan(1);
  expect(files.some((file) => file.includes('/blobs/'))).toBe(true);
  expect(searchFiles(files, foundIn)).toEqual([]);
});
