/** Super admins and people who have signed up, as runs and events know them: also where only a session is said. */
import { eventually } from '../support/eventually';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const restricted = `
name: Restricted
when: { endpoint: true }
authorizations: { action: handle }
do: []
output: done
`;
const shout = `
name: Shout
when: { endpoint: true }
do:
  - emit: { event: shouted, payload: { by: '{{body.by}}' } }
`;
const listen = `
name: Listen
when: { events: [shouted] }
do:
  - restricted: { output: answer }
  - emit: { event: heard, payload: { by: '{{payload.by}}', answer: '{{answer}}' } }
`;
const told = `
name: Told
when: { endpoint: true }
do: []
output: { chain: '{{run.correlationId}}', from: '{{headers["x-prismeai-workspace-id"]}}' }
`;
const chained = `
name: Chained
when: { endpoint: true }
do:
  - fetch: { url: '{{global.apiUrl}}/workspaces/acme/webhooks/told', method: post, output: answer }
output: { own: '{{run.correlationId}}', answer: '{{answer}}' }
`;
const inside = `
name: Inside
when: { endpoint: true }
do:
  - restricted: { output: answer }
output: { answer: '{{answer}}' }
`;
const outside = `
name: Outside
when: { endpoint: true }
do:
  - fetch: { url: '{{global.apiUrl}}/workspaces/acme/webhooks/inside', method: post, output: answer }
output: '{{answer}}'
`;
const shouts = `
name: Shouts at acme, through a webhook and as an event
when: { endpoint: true }
do:
  - fetch: { url: '{{global.apiUrl}}/workspaces/acme/webhooks/shout', method: post, body: { by: webhook } }
  - fetch:
      url: '{{global.apiUrl}}/workspaces/acme/events'
      method: post
      body: { events: [{ type: shouted, payload: { by: event } }] }
`;
const folder = servedFolder({ acme: { restricted, shout, listen, told, chained, inside }, evil: { outside, shouts } });
const AT = '/v2/workspaces/acme';
const USAGE = `${AT}/usage?afterDate=2026-01-01&beforeDate=2027-01-01`;

let product: Product;
beforeAll(async () => {
  product = await startProduct(folder.path, {
    ACCOUNT_VALIDATION_METHOD: 'auto',
    SUPER_ADMIN_EMAILS: 'root@example.org',
    // As in production: what a client says of the chain does not count, what a run says does.
    OVERWRITE_CORRELATION_ID_HEADER: 'yes',
  });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

async function ask(path: string, token: string, body?: object, method = body ? 'POST' : 'GET') {
  const response = await fetch(product.url + path, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json().catch(() => ({}))) as any }; // eslint-disable-line @typescript-eslint/no-explicit-any
}

async function someone(name: string): Promise<{ readonly id: string; readonly token: string }> {
  const email = `${name}@example.org`;
  const account = { email, password: 'correct horse', firstName: name, lastName: 'Lovelace' };
  await ask('/v2/signup', '', account);
  const { body } = await ask('/v2/login', '', { email, password: account.password });
  return body;
}

interface SeenEvent {
  readonly type: string;
  readonly payload: { readonly by?: string; readonly answer?: string; readonly error?: string };
  readonly source: { readonly userId?: string; readonly correlationId: string };
}

async function events(types: string): Promise<readonly SeenEvent[]> {
  return (await ask(`${AT}/events?types=${types}&limit=100`, OWNER_TOKEN)).body.result.events;
}

/** What the run answers that an event has started in which only the session stands. */
async function heard(by: string, token: string): Promise<string | undefined> {
  await ask(`${AT}/webhooks/shout`, token, { by });
  const { payload } = await eventually(`heard of ${by}`, async () => {
    const [cause, found] = [await events('shouted'), await events('heard')];
    expect(cause.find(({ payload }) => payload.by === by)?.source.userId).toBeUndefined();
    return found.find(({ payload }) => payload.by === by);
  });
  return payload.answer;
}

it('SUPER_ADMIN_EMAILS read every event and execute everything', async () => {
  const root = await someone('root');
  expect((await ask(USAGE, root.token)).status).toBe(200);
  expect((await ask(`${AT}/webhooks/restricted`, root.token, {})).status).toBe(200);
});

it('who is made a super admin is one at the next request, and none when deactivated', async () => {
  const ann = await someone('ann');
  const statuses = async () => [
    (await ask(USAGE, ann.token)).status,
    (await ask(`${AT}/webhooks/restricted`, ann.token, {})).status,
  ];
  expect(await statuses()).toEqual([403, 403]);
  const change = (body: object) => ask(`/v2/users/${ann.id}`, OWNER_TOKEN, body, 'PATCH');
  expect((await change({ platformRole: 'superadmin' })).status).toBe(200);
  expect(await statuses()).toEqual([200, 200]);
  await change({ status: 'deactivated' });
  expect(await statuses()).toEqual([403, 403]);
});

it('an event that carries only a session runs with the role of the user behind it', async () => {
  const [root, bob, eve] = [await someone('root'), await someone('bob'), await someone('eve')];
  const share = { target: { id: bob.id }, permissions: { role: 'editor' } };
  expect((await ask(`${AT}/permissions`, OWNER_TOKEN, share)).status).toBe(200);
  expect(await heard('root', root.token)).toBe('done');
  expect(await heard('bob', bob.token)).toBe('done');
  const program = await ask('/v2/user/accessTokens', bob.token, {
    name: 'ci',
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
  });
  expect(await heard('a program of bob', program.body.token)).toBe('done');
  await ask(`${AT}/webhooks/shout`, eve.token, { by: 'eve' });
  await eventually('a refusal', async () =>
    (await events('error')).some(({ payload }) => payload.error === 'ForbiddenError'),
  );
});

it('a run that calls the own API says where it comes from, and stays in its chain', async () => {
  const bob = await someone('bob');
  for (const token of [bob.token, OWNER_TOKEN, '']) {
    const { body } = await ask(`${AT}/webhooks/chained`, token, {});
    expect(body.answer).toEqual({ chain: body.own, from: 'acme' });
  }
});

it('who is a super admin is none where the run of another workspace calls for them, nor in what that starts', async () => {
  const root = await someone('root');
  expect((await ask(`${AT}/webhooks/inside`, root.token, {})).body).toEqual({ answer: 'done' });
  expect((await ask('/v2/workspaces/evil/webhooks/outside', root.token, {})).body).toMatchObject({
    error: 'ForbiddenError',
  });
  await ask('/v2/workspaces/evil/webhooks/shouts', root.token, {});
  const shouted = await eventually('both shouts', async () => {
    const found = (await events('shouted')).filter(({ payload }) => /^(webhook|event)$/.test(payload.by ?? ''));
    return found.length === 2 ? found : undefined;
  });
  const [{ source }] = shouted as [SeenEvent];
  await eventually('both listeners are refused', async () => {
    const refused = (await events('error')).filter(({ payload }) => payload.error === 'ForbiddenError');
    return refused.filter((one) => one.source.correlationId === source.correlationId).length === 2;
  });
  expect((await events('heard')).map(({ payload }) => payload.by)).not.toContain('webhook');
});
