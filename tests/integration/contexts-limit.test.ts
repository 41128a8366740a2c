/** What the stored contexts of a workspace may take, through the whole product. */
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const fill = `
name: Fill
when: { endpoint: true }
do:
  - set: { name: 'global.{{body.name}}', value: '{{body.value}}' }
output: { a: '{{global.a.length}}', b: '{{global.b.length}}' }
`;
const free = `
name: Free
when: { endpoint: true }
do:
  - delete: { name: global.a }
  - set: { name: global.b, value: '{{body.value}}' }
output: { a: '{{global.a.length}}', b: '{{global.b.length}}' }
`;
const both = `
name: Both
when: { endpoint: true }
do:
  - set: { name: global.a, value: '{{body.a}}' }
  - set: { name: global.b, value: '{{body.b}}' }
  - set: { name: global.b, value: '{{body.b}}' }
output: { a: '{{global.a.length}}', b: '{{global.b.length}}' }
`;
const race = `
name: Race
when: { endpoint: true }
do:
  - set: { name: 'global.{{body.name}}', value: '{{body.value}}' }
  - sleep: 1
output: { length: '{{global.{{body.name}}.length}}' }
`;

const folder = servedFolder({ limited: { fill, free, both }, racing: { race } });
let product: Product;

beforeAll(async () => {
  product = await startProduct(folder.path);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const text = (length: number) => 'x'.repeat(length);

it('skips a write without room, tells of it once, and goes on (150)', async () => {
  const client = product.workspace('limited');
  const answer = await client.call('both', { body: { a: text(9000), b: text(2000) } });
  expect(answer).toMatchObject({ status: 200, body: { a: 9000 } });
  expect(answer.body).not.toHaveProperty('b');
  const mine = { 'source.correlationId': answer.correlationId };
  const [failed] = await client.until('runtime.contexts.failed', mine, {});
  expect(failed?.payload).toMatchObject({
    error: 'ContextsLimitError',
    details: { context: 'global', path: 'b', usedBytes: 9008, sizeBytes: 2007, limitBytes: 10240 },
  });
  expect(await client.events('runtime.contexts.failed', mine)).toHaveLength(1);
  expect(await client.events('error', mine)).toMatchObject([{ payload: failed?.payload }]);
});

it('has room again when something is deleted (151)', async () => {
  const client = product.workspace('limited');
  expect(await client.call('free', { body: { value: text(2000) } })).toMatchObject({ status: 200, body: { b: 2000 } });
  expect((await client.call('fill', { body: { name: 'c', value: text(10) } })).body).toEqual({ b: 2000 });
});

it('never lets runs that write at once beyond it: what the store refuses is undone and told of', async () => {
  const client = product.workspace('racing');
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, i) => client.call('race', { body: { name: `k${i}`, value: text(3000) } })),
  );
  const kept = answers.filter(({ body }) => (body as { length?: number }).length === 3000);
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 200));
  expect(kept).toHaveLength(3);
  expect(await client.until('runtime.contexts.failed', {}, { count: 3 })).toHaveLength(3);
});

it('is moved by CONTEXTS_MAX_SIZE_KB, and 0 is none', async () => {
  await product.restart({ CONTEXTS_MAX_SIZE_KB: '0' });
  const answer = await product.workspace('limited').call('fill', { body: { name: 'a', value: text(50_000) } });
  expect(answer).toMatchObject({ status: 200, body: { a: 50_000 } });
});
