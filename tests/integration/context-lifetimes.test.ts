/** How long contexts live: here for a second or two, what are minutes and hours by default. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const write = `
name: Write into all
when: { endpoint: true }
do:
  - set: { name: run.v, value: 1 }
  - set: { name: session.v, value: 1 }
  - set: { name: socket.v, value: 1 }
  - set: { name: global.v, value: 1 }
  - set: { name: user.v, value: 1 }
`;
const read = `
name: Read all
when: { endpoint: true }
do: []
output: { run: '{{run.v}}', session: '{{session.v}}', socket: '{{socket.v}}', global: '{{global.v}}', user: '{{user.v}}' }
`;
const parked = (instruction: string) => `
name: Parked for longer than its context would live
when: { endpoint: true }
do:
  - set: { name: run.v, value: 1 }
  - ${instruction}
  - emit: { event: woke, payload: { v: '{{run.v}}' } }
output: {}
`;
const folder = servedFolder({
  lives: {
    write,
    read,
    sleeps: parked('sleep: 3'),
    waits: parked('wait: { oneOf: [{ event: never }], timeout: 3 }'),
    'on-woke': `
name: Next of the chain
when: { events: [woke] }
do: [emit: { event: went.on, payload: { v: '{{run.v}}' } }]
`,
  },
});
let product: Product;
beforeAll(async () => {
  product = await startProduct(folder.path, {
    CONTEXT_RUN_EXPIRE_TIME: '1',
    CONTEXT_UNAUTHENTICATED_SESSION_EXPIRE_TIME: '3',
    CONTEXT_SOCKET_EXPIRE_TIME: '5',
  });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const as = (correlationId: string) => ({ headers: { 'x-correlation-id': correlationId } });

it('of an anonymous chain: run, session and socket one after the other, the workspace for ever', async () => {
  const client = product.workspace('lives');
  const seen = async () => (await client.call('read', as('one'))).body;
  const start = Date.now();
  const at = (seconds: number) => sleep(Math.max(0, start + seconds * 1000 - Date.now()));
  await client.call('write', as('one'));
  const stored = Date.now() - start;
  await at(2 + stored / 1000);
  expect(await seen()).toEqual({ session: 1, socket: 1, global: 1 });
  await at(3.5 + stored / 1000);
  expect(await seen()).toEqual({ socket: 1, global: 1 });
  await at(5.5 + stored / 1000);
  expect(await seen()).toEqual({ global: 1 });
});

it('of a user: as long as there is the user', async () => {
  const client = product.workspace('lives');
  const owner = { headers: { authorization: 'Bearer owner-of-the-tests' } };
  await client.call('write', owner);
  await sleep(1_500);
  expect((await client.call('read', owner)).body).toMatchObject({ user: 1, global: 1 });
});

it.each(['sleeps', 'waits'])('of a run that %s: until it wakes, and its usual time', async (automation) => {
  const client = product.workspace('lives');
  const { correlationId } = await client.call(automation);
  await client.until('woke', { payload: { v: 1 }, 'source.correlationId': correlationId });
  await client.until('went.on', { payload: { v: 1 }, 'source.correlationId': correlationId });
});
