/** `kill -9` of every process, the Temporal server too, loses nothing that was acknowledged and does nothing twice. */
import { join } from 'node:path';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import type { Answer } from '../support/workspace-client';

jest.setTimeout(120_000);

const parked = `
name: Parks
when: { events: [park] }
do:
  - wait: { oneOf: [{ event: go.on }], timeout: 3600, output: w }
  - emit: { event: went.on, payload: { n: '{{payload.n}}', by: '{{w.payload.by}}' } }
`;

const folder = servedFolder({ parking: { parked } });
folder.copy(join(__dirname, '..', '..', 'examples', 'performance'), 'performance', {});
let product: Product;

beforeAll(async () => {
  product = await startProduct(folder.path);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

async function statuses(query: string): Promise<readonly string[]> {
  const { workflow } = await product.temporalClient();
  const found: string[] = [];
  for await (const { status } of workflow.list({ query })) found.push(status.name);
  return found;
}

it('finishes 20 parked runs, each once, after everything was killed', async () => {
  const parking = product.workspace('parking');
  for (let n = 0; n < 20; n++) await parking.emit('park', { n });
  await parking.until('runtime.waits.pending', {}, { count: 20 });
  await product.kill9();
  await product.restart();
  await parking.emit('go.on', { by: 'the test' });
  await parking.until('runtime.automations.executed', {}, { count: 20, withinMs: 60_000 });
  const numbers = (await parking.events('went.on', { 'payload.by': 'the test' })).map(({ payload }) => payload?.['n']);
  expect(numbers.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 20 }, (_, n) => n));
  expect(await parking.events('runtime.automations.executed')).toHaveLength(20);
  expect(await statuses("WorkspaceId = 'parking'")).toEqual(Array.from({ length: 20 }, () => 'COMPLETED'));
});

it('has the event of each of 500 calls that was answered exactly once, after everything was killed among them', async () => {
  const client = product.workspace('performance');
  const answers: Answer[] = [];
  let [sent, failed] = [0, 0];
  const caller = async (): Promise<void> => {
    for (let n = sent++; n < 500; n = sent++) {
      if (n === 150) await product.kill9();
      if (n >= 150 && failed === 0) failed++;
      await client.call('simpleUserJourney', { body: { n }, key: `call-${n}` }).then(
        (answer) => answers.push(answer),
        () => failed++,
      );
    }
  };
  const callers = Promise.all(Array.from({ length: 20 }, caller));
  await callers;
  const before = answers.length;
  await product.restart();
  // The others again with their keys, as a careful client does.
  for (let n = 0; n < 500; n += 25)
    await Promise.all(
      Array.from({ length: 25 }, (_, i) =>
        client
          .call('simpleUserJourney', { body: { n: n + i }, key: `call-${n + i}` })
          .then((answer) => answers.push(answer)),
      ),
    );
  expect(before).toBeGreaterThan(20);
  expect(failed).toBeGreaterThan(10);
  const answered = answers.filter(({ status }) => status === 200);
  expect(answered).toHaveLength(before + 500);
  const runs = new Map(answered.map(({ runId, correlationId, body }) => [runId, { correlationId, body }]));
  expect(runs.size).toBe(500);
  await client.until('runtime.automations.executed', {}, { count: 500, withinMs: 60_000 });
  const events = await client.events('apps.test');
  expect(events).toHaveLength(500);
  const chains = new Set(events.map(({ source }) => source.correlationId));
  for (const { correlationId } of runs.values()) expect(chains).toContain(correlationId);
  expect(chains.size).toBe(500);
});
