/** Search, usage and rights through the whole product, and what a crash leaves of the history. */
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { send, type WorkspaceClient } from '../support/workspace-client';

jest.setTimeout(60_000);

const order = `
name: Order
when: { endpoint: true }
do:
  - emit: { event: order.placed, payload: { id: '{{body.id}}', size: '{{body.size}}' } }
output: { id: '{{body.id}}' }
`;
const folder = servedFolder({ shop: { order } });
const owner = { authorization: 'Bearer owner-of-the-tests' };
let product: Product;
let shop: WorkspaceClient;

beforeAll(async () => {
  product = await startProduct(folder.path);
  shop = product.workspace('shop');
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const search = async (body: object, headers: Record<string, string> = owner) => {
  const answer = await send(`${product.url}/v2/workspaces/shop/search`, { headers, body: body as never });
  return { status: answer.status, body: answer.body as never as Found };
};
interface Found {
  readonly size: number;
  readonly documents: readonly { readonly payload: { readonly id: string } }[];
  readonly aggs: { readonly [name: string]: { readonly value: number; readonly buckets: readonly object[] } };
}
const orders = { term: { type: 'order.placed' } };

it('finds what automations emit within a second, and adds it up', async () => {
  for (const size of ['s', 'l', 'l']) await shop.call('order', { body: { id: `first-${size}`, size } });
  await eventually('all orders are found', async () => (await search({ query: orders })).body.size === 3, {
    withinMs: 1_000,
  });
  const { body } = await search({
    query: { bool: { filter: [orders, { prefix: { 'payload.id': 'first' } }] } },
    limit: 0,
    aggs: { sizes: { terms: { field: 'payload.size' } } },
  });
  expect(body.aggs['sizes']?.buckets).toEqual([
    { key: 'l', doc_count: 2 },
    { key: 's', doc_count: 1 },
  ]);
});

it('shows a caller without a token nothing', async () => {
  expect((await search({ query: orders }, {})).body).toMatchObject({ size: 0, documents: [] });
  expect((await search({ query: orders, aggs: {} }, {})).status).toBe(403);
  const { body } = await send(`${product.url}/v2/workspaces/shop/events`, { method: 'GET' });
  expect(body).toEqual({ result: { events: [] } });
});

it('counts how the workspace was used', async () => {
  const query = { afterDate: '2020-01-01', beforeDate: '2100-01-01', interval: 'year' };
  const { body } = await send(`${product.url}/v2/workspaces/shop/usage`, { method: 'GET', headers: owner, query });
  expect(body).toMatchObject({ total: { transactions: 3, httpTransactions: 3, eventTransactions: 0 } });
});

it('holds every acknowledged event once after kill -9', async () => {
  const acknowledged: string[] = [];
  let going = true;
  const emitting = Array.from({ length: 4 }, async (_, lane) => {
    for (let n = 0; going; n++) {
      const id = `${lane}-${n}`;
      try {
        await shop.emit('survives', { id });
        acknowledged.push(id);
      } catch {
        return; // Not acknowledged: it may be there or not.
      }
    }
  });
  await eventually('some hundreds are acknowledged', async () => acknowledged.length > 300);
  await product.kill9();
  going = false;
  await Promise.all(emitting);
  await product.restart();
  const query = { term: { type: 'survives' } };
  await eventually('the history has caught up', async () => {
    const { body } = await search({ query, limit: 0, track_total_hits: true });
    return body.size >= acknowledged.length;
  });
  const held = (await shop.events('survives')).map(({ payload }) => (payload as { id: string }).id);
  expect(new Set(held).size).toBe(held.length);
  expect(acknowledged.filter((id) => !held.includes(id))).toEqual([]);
});
