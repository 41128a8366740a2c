/** User topics through the whole product. */
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const join = `
name: Join
when: { endpoint: true }
do:
  - createUserTopic: { topic: '{{body.topic}}', userIds: [u0], output: made }
  - joinUserTopic: { topic: '{{body.topic}}', userIds: '{{body.users}}', output: joined }
output: ['{{made}}', '{{joined}}']
`;
const strict = `
name: Strict
when: { endpoint: true }
do:
  - joinUserTopic: { topic: nowhere, userIds: [u1], create: false }
`;

const folder = servedFolder({ topics: { join, strict } });
let product: Product;

beforeAll(async () => {
  product = await startProduct(folder.path);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

it('makes a topic once, also after a restart, and tells of everyone who joins', async () => {
  const client = product.workspace('topics');
  const first = await client.call('join', { body: { topic: 'news', users: ['u1', 'u2'] } });
  expect(first).toMatchObject({ status: 200, body: [true, true] });
  await product.restart();
  expect(await client.call('join', { body: { topic: 'news', users: ['u3'] } })).toMatchObject({ body: [true, true] });
  const joined = await client.until('events.userTopics.joined', {}, { count: 3 });
  expect(joined.map(({ payload }) => payload)).toEqual(
    ['u1', 'u2', 'u3'].map((id) => ({ topic: 'news', user: { id } })),
  );
  const created = await client.events('events.userTopics.created');
  expect(created.map(({ payload }) => payload)).toEqual([{ topic: 'news', userIds: ['u0'] }]);
});

it('answers with PrismeError when the topic is not to be made', async () => {
  const answer = await product.workspace('topics').call('strict', {});
  const message = 'Cannot join topic nowhere as it does not exist';
  expect(answer).toMatchObject({ status: 400, body: { error: 'PrismeError', message } });
});
