/** Roles by workspace (OSTINATO_USERS) through the whole product: over HTTP, live, and after they were withdrawn. */
import { Api, type Events } from '../../client/src';
import { askEvents } from '../support/ask-events';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const hello = `
name: Hello
when: { endpoint: true }
do: []
output: { hello: true }
`;
const restricted = `
name: Restricted
when: { endpoint: true }
authorizations: { action: handle }
do: []
output: { done: true }
`;
const folder = servedFolder({ alpha: { hello, restricted }, beta: { hello, restricted } });
const settings = (edRoles: object) => ({
  OSTINATO_USERS: JSON.stringify({
    ed: { token: 'ed-token', roles: edRoles },
    boss: { token: 'boss-token', roles: { '*': 'superadmin', beta: 'visitor' } },
    joe: { token: 'joe-token', roles: { alpha: 'visitor', beta: 'agent' } },
  }),
});

let product: Product;
beforeAll(async () => {
  product = await startProduct(folder.path, settings({ alpha: 'editor' }));
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const OWNER = 'owner-of-the-tests';
const open: Events[] = [];
afterEach(() => open.splice(0).forEach((stream) => stream.destroy()));

const usage = 'usage?afterDate=2026-01-01&beforeDate=2027-01-01';
const aggs = { query: { match_all: {} }, aggs: { n: { value_count: { field: 'id' } } } };

describe.each([
  // who, alpha: test, usage, aggregate, a restricted webhook; beta: the same
  ['the owner', OWNER, [200, 200, 200, 200], [200, 200, 200, 200]],
  ['an editor of alpha', 'ed-token', [200, 200, 200, 200], [403, 403, 403, 403]],
  ['a super admin but in beta', 'boss-token', [200, 200, 200, 200], [403, 403, 403, 403]],
  ['somebody with other roles', 'joe-token', [403, 403, 403, 403], [403, 403, 403, 403]],
  ['nobody in particular', undefined, [403, 403, 403, 403], [403, 403, 403, 403]],
  ['an unknown token', 'no-token', [403, 403, 403, 403], [403, 403, 403, 403]],
] as const)('%s', (_, token, ...expected) => {
  it.each([
    ['alpha', expected[0]],
    ['beta', expected[1]],
  ] as const)('in %s: %j', async (workspace, statuses) => {
    const ask = async (path: string, body?: object) =>
      (await askEvents(product.url)(`${workspace}/${path}`, token, body)).status;
    expect([
      await ask('test/hello', { payload: {} }),
      await ask(usage),
      await ask('search', aggs),
      await ask('webhooks/restricted', {}),
    ]).toEqual(statuses);
    expect(await ask('webhooks/hello', {})).toBe(200);
  });
});

it('runs nothing for whom may not test', async () => {
  const before = (await product.workspace('alpha').events('runtime.automations.executed')).length;
  expect((await askEvents(product.url)('alpha/test/hello', undefined, {})).status).toBe(403);
  expect((await askEvents(product.url)('alpha/test/hello', OWNER, {})).status).toBe(200);
  const after = await product.workspace('alpha').until('runtime.automations.executed', {}, { count: before + 1 });
  expect(after).toHaveLength(before + 1);
});

it('shows live what the role in that workspace lets one see, and less when it is withdrawn', async () => {
  const stream = async (workspace: string, lastEventId?: string) => {
    const events = new Api({ host: `${product.url}/v2`, token: 'ed-token' }).streamEvents(
      workspace,
      { types: ['note'] },
      { lastEventId },
    );
    open.push(events);
    const came: unknown[] = [];
    events.all(({ payload }) => came.push(payload?.['n']));
    await events.ready();
    // Answered after all that was sent before.
    return { events, came, all: async () => events.updateFilters({ types: ['note'] }).then(() => came) };
  };
  const note = (n: number) =>
    Promise.all(['alpha', 'beta'].map((workspace) => product.workspace(workspace).emit('note', { n })));
  const [alpha, beta] = [await stream('alpha'), await stream('beta')];
  await note(1);
  await eventually('alpha has it', () => alpha.came.length === 1);
  await note(2);
  await eventually('alpha has both', () => alpha.came.length === 2);
  expect([await alpha.all(), await beta.all()]).toEqual([[1, 2], []]);
  const { lastEventId } = alpha.events;
  for (const { events } of [alpha, beta]) events.destroy();

  await product.restart(settings({ beta: 'editor' }));
  await note(3);
  const [alphaAgain, betaAgain] = [await stream('alpha', lastEventId), await stream('beta', beta.events.lastEventId)];
  expect([await alphaAgain.all(), await betaAgain.all()]).toEqual([[], [1, 2, 3]]);
});
