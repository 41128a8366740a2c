/** `kill -9` of every process, the Temporal server too, loses nothing that was acknowledged and does nothing twice. */
import { join } from 'node:path';
import { eventually } from '../support/eventually';
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

const marching = `
name: Marches
when: { events: [march] }
do:
  - repeat:
      until: 3
      do:
        - wait: { oneOf: [{ event: beat }], timeout: 3600, output: beat }
        - emit: { event: marched, payload: { n: '{{payload.n}}', step: '{{$index}}', beat: '{{beat.payload.beat}}' } }
`;

const folder = servedFolder({ parking: { parked }, parade: { marching } });
folder.copy(join(__dirname, '..', '..', 'examples', 'performance'), 'performance', {});
let product: Product;

beforeAll(async () => {
  product = await startProduct(folder.path);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

/** The flush that ends a run comes before its workflow is closed: the list follows a moment later. */
async function expectAllCompleted(workspaceId: string, count: number): Promise<void> {
  const { workflow } = await product.temporalClient();
  const found = await eventually('all workflows are closed', async () => {
    const statuses: string[] = [];
    for await (const { status } of workflow.list({ query: `WorkspaceId = '${workspaceId}'` }))
      statuses.push(status.name);
    return !statuses.includes('RUNNING') && statuses;
  });
  expect(found).toEqual(Array.from({ length: count }, () => 'COMPLETED'));
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
  await expectAllCompleted('parking', 20);
});

it('goes on consistently when tasks run twice: killed while 20 runs wake, with another event after the restart', async () => {
  const parade = product.workspace('parade');
  for (let n = 0; n < 20; n++) await parade.emit('march', { n });
  await parade.until('runtime.waits.pending', {}, { count: 20 });
  // In the middle of seals, flushes and tasks; those that were committed are taken again with a later clock and one
  // event more. The traces of all of them are fed back when the product stops.
  for (let beat = 1; beat <= 2; beat++) {
    await parade.emit('beat', { beat });
    await new Promise((resolve) => setTimeout(resolve, 60 * beat));
    await product.kill9();
    await product.restart();
  }
  let beat = 3;
  await eventually(
    'all have marched',
    async () => {
      await parade.emit('beat', { beat: beat++ });
      return (await parade.events('runtime.automations.executed')).length >= 20;
    },
    { withinMs: 60_000, everyMs: 1000 },
  );
  const steps = (await parade.events('marched')).map(
    ({ payload }) => `${String(payload?.['n'])}/${String(payload?.['step'])}`,
  );
  expect(steps).toHaveLength(60);
  expect(new Set(steps).size).toBe(60);
  await expectAllCompleted('parade', 20);
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
