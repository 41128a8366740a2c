/** A chain that emits to itself stops at the limit. */
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const tick = `
name: Tick
when: { endpoint: true, events: [loop.tick] }
do:
  - emit: { event: loop.tick, payload: { depth: '{{run.depth}}' } }
output: { depth: '{{run.depth}}' }
`;
const call = `
name: Calls itself
when: { endpoint: true }
do:
  - nested: {}
`;

const folder = servedFolder({ loop: { tick, nested: call }, twin: { tick } });
let product: Product;

beforeAll(async () => {
  product = await startProduct(folder.path);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

async function chain(workspace: string): Promise<{ runs: number; events: number; errors: readonly unknown[] }> {
  const client = product.workspace(workspace);
  const { correlationId } = await client.call('tick');
  const mine = { 'source.correlationId': correlationId };
  await client.until('error', mine, { withinMs: 30_000 });
  await new Promise((resolve) => setTimeout(resolve, 500)); // A further run would be there by now.
  return {
    runs: (await client.events('runtime.automations.executed', mine)).length,
    events: (await client.events('loop.tick', mine)).length,
    errors: (await client.events('error', mine)).map(({ payload }) => payload),
  };
}

it('runs 21 times, emits 21 events, and the 21st starts nothing', async () => {
  const { runs, events, errors } = await chain('loop');
  expect({ runs, events }).toEqual({ runs: 21, events: 21 });
  expect(errors).toEqual([expect.objectContaining({ error: 'TooManyCallError' })]);
});

it('counts the workflows: 21 closed, none failed', async () => {
  const { workflow } = await product.temporalClient();
  const found = await eventually('all workflows are closed', async () => {
    const statuses: string[] = [];
    for await (const { status } of workflow.list({ query: "WorkspaceId = 'loop' AND Automation = 'tick'" }))
      statuses.push(status.name);
    return !statuses.includes('RUNNING') && statuses;
  });
  expect(found).toEqual(Array.from({ length: 21 }, () => 'COMPLETED'));
});

it('refuses direct calls at the same depth, with an answer that says so', async () => {
  const answer = await product.workspace('loop').call('nested');
  expect(answer).toMatchObject({ status: 400, body: { error: 'TooManyCallError', details: { limit: 20 } } });
});

it('is moved by MAXIMUM_SUCCESSIVE_CALLS', async () => {
  await product.restart({ MAXIMUM_SUCCESSIVE_CALLS: '5' });
  const { runs, events, errors } = await chain('twin');
  expect({ runs, events }).toEqual({ runs: 6, events: 6 });
  expect(errors).toHaveLength(1);
});
