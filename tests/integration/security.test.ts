/** Changes of rights through the whole product: in force at once, told by events, refused with their reasons. */
import { Api } from '../../client/src';
import type { Json, JsonObject } from '../../shared/core/json';
import { eventually } from '../support/eventually';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const restricted =
  '{name: Restricted, when: {endpoint: true}, authorizations: {action: handle}, do: [], output: {done: true}}';
const shows = "{name: Shows, when: {endpoint: true}, do: [], output: {token: '{{config.token}}'}}";
const folder = servedFolder({
  acme: { restricted, shows, 'index.yml': "name: acme\nconfig: {token: '{{secret.token}}'}\n" },
});
const users = Object.fromEntries(['ed', 'al', 'guest'].map((id) => [id, { token: id }]));

let product: Product;
beforeAll(async () => {
  product = await startProduct(folder.path, { OSTINATO_USERS: JSON.stringify(users) });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

interface Asked {
  readonly as?: string;
  readonly key?: string;
  readonly body?: Json;
}

async function ask(method: string, path: string, { as, key, body }: Asked = {}) {
  const answer = await fetch(`${product.url}/v2/workspaces/acme/${path}`, {
    method,
    headers: {
      ...(as !== undefined && { authorization: `Bearer ${as}` }),
      ...(key !== undefined && { 'x-prismeai-api-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as JsonObject };
}
const asOwner = (method: string, path: string, body?: Json) =>
  ask(method, path, { as: OWNER_TOKEN, ...(body !== undefined && { body }) });
const share = (target: JsonObject, permissions: JsonObject) => asOwner('POST', 'permissions', { target, permissions });
const told = async (type: string) => (await product.workspace('acme').until(type, {}, { count: 1 })).at(-1)?.payload;

const agents: JsonObject = {
  authorizations: {
    roles: { agent: { description: 'Handles' } },
    rules: [
      { role: 'agent', action: 'execute', subject: 'automations', conditions: { 'authorizations.action': 'handle' } },
      { role: 'agent', action: 'read', subject: 'events', conditions: { type: 'note' } },
    ],
  },
};

it('shares by a declared role, says so, and takes it back', async () => {
  expect(await asOwner('GET', 'security')).toEqual({ status: 200, body: {} });
  expect(await asOwner('PUT', 'security', agents)).toEqual({ status: 200, body: agents });
  expect(await told('workspaces.security.updated')).toEqual({ security: agents });
  expect((await ask('POST', 'webhooks/restricted', { as: 'al', body: {} })).status).toBe(403);
  const entry = { target: { id: 'al', displayName: 'al' }, permissions: { role: 'agent' } };
  expect(await share({ id: 'al' }, { role: 'agent' })).toEqual({ status: 200, body: entry });
  expect(await told('workspaces.permissions.shared')).toEqual({ subjectId: 'acme', ...entry });
  expect(await ask('POST', 'webhooks/restricted', { as: 'al', body: {} })).toMatchObject({ status: 200 });
  // Who has saved it over HTTP has not made it.
  expect((await asOwner('GET', 'permissions')).body).toEqual({ result: [entry] });
  expect((await asOwner('GET', 'security/roles')).body).toMatchObject([
    { name: 'owner' },
    { name: 'editor' },
    { name: 'agent' },
  ]);
  expect(await asOwner('PUT', 'security', {})).toMatchObject({
    status: 400,
    body: { error: 'InvalidSecurity', details: { roles: ['agent'], targets: ['al'] } },
  });
  expect(await asOwner('DELETE', 'permissions/al')).toEqual({ status: 200, body: { id: 'al' } });
  expect(await told('workspaces.permissions.deleted')).toEqual({ subjectId: 'acme', target: { id: 'al' } });
  expect((await ask('POST', 'webhooks/restricted', { as: 'al', body: {} })).status).toBe(403);
});

it('shares with everybody, and with nobody again', async () => {
  await share({ public: true }, { role: 'agent' });
  expect((await ask('POST', 'webhooks/restricted', { body: {} })).status).toBe(200);
  await asOwner('DELETE', 'permissions/*');
  expect((await ask('POST', 'webhooks/restricted', { body: {} })).status).toBe(403);
});

it.each([
  ['an unknown user', { id: 'zoe' }, { role: 'agent' }, 'CollaboratorNotFound'],
  ['an unknown role', { id: 'al' }, { role: 'agnt' }, 'UnknownRole'],
  ['a role as a role', { role: 'agent' }, { role: 'editor' }, 'InvalidPermissions'],
  ['an unknown target role', { role: 'agnt' }, { policies: { read: true } }, 'UnknownRole'],
  ['two targets', { id: 'al', public: true }, { role: 'agent' }, 'InvalidPermissions'],
  ['a policy that there is not', { id: 'al' }, { policies: { delete: true } }, 'InvalidPermissions'],
  ['another field', { id: 'al' }, { rules: [] }, 'InvalidPermissions'],
] as const)('refuses to share with %s', async (_, target, permissions, error) =>
  expect(await share(target, permissions)).toMatchObject({ status: 400, body: { error } }),
);

it.each([
  ['an unknown subject', { rules: [{ action: 'read', subject: 'event' }] }, 'authorizations.rules[0].subject'],
  ['an unknown action', { rules: [{ action: 'reed', subject: 'events' }] }, 'authorizations.rules[0].action'],
  ['the owner', { rules: [{ action: 'read', subject: 'events', role: 'owner' }] }, 'authorizations.rules[0].role'],
  [
    'a role that is not declared',
    { rules: [{ action: 'read', subject: 'events', role: 'x' }] },
    'authorizations.rules[0].role',
  ],
] as const)('refuses a document with %s, and says where', async (_, authorizations, path) => {
  const refused = { status: 400, body: { error: 'InvalidSecurity', details: { diagnostics: [{ path }] } } };
  expect(await asOwner('PUT', 'security', { authorizations })).toMatchObject(refused);
});

it('shows a key once, lets it work, changes it, disables it, takes it away', async () => {
  const rules = [{ action: 'execute', subject: 'automations', conditions: { 'authorizations.action': 'handle' } }];
  const made = await asOwner('POST', 'security/apikeys', { name: 'bot', rules });
  const { apiKey: key, id } = made.body as { readonly apiKey: string; readonly id: string };
  const call = async () => (await ask('POST', 'webhooks/restricted', { key, body: {} })).status;
  expect(await call()).toBe(200);
  const listed = JSON.stringify((await asOwner('GET', 'security/apikeys')).body);
  expect([listed.includes(key), listed.includes(id)]).toEqual([false, true]);
  expect(JSON.stringify(await told('apikeys.created'))).not.toContain(key);
  expect(await asOwner('PUT', `security/apikeys/${id}`, { name: 'bot', rules, disabled: true })).toMatchObject({
    status: 200,
  });
  expect(await call()).toBe(403);
  await asOwner('PUT', `security/apikeys/${id}`, { name: 'bot', rules });
  expect(await call()).toBe(200);
  await told('apikeys.updated');
  await share({ id: 'ed' }, { role: 'editor' });
  const seen = async (as: string) =>
    ((await ask('GET', 'events?types=apikeys.created', { as })).body['result'] as { events: Json[] }).events.length;
  expect([await seen(OWNER_TOKEN), await seen('ed')]).toEqual([1, 0]);
  expect(await asOwner('DELETE', `security/apikeys/${key}`)).toMatchObject({ status: 200 });
  await told('apikeys.deleted');
  expect(await call()).toBe(403);
  expect(await asOwner('PUT', `security/apikeys/${id}`, { name: 'bot', rules })).toMatchObject({ status: 404 });
  expect(
    await asOwner('POST', 'security/apikeys', { name: 'x', rules: [{ action: 'read', subject: 'event' }] }),
  ).toMatchObject({
    status: 400,
    body: { error: 'InvalidSecurity' },
  });
});

it('keeps secrets: names are listed, values come to runs only', async () => {
  const value = 'hush-hush-1';
  expect(await asOwner('PATCH', 'security/secrets', { token: { value, description: 'Of the shop' } })).toMatchObject({
    status: 200,
    body: { token: { description: 'Of the shop', createdBy: 'owner' } },
  });
  expect(await told('workspaces.secrets.updated')).toEqual({ created: ['token'], updated: [], deleted: [] });
  expect(await asOwner('POST', 'webhooks/shows', {})).toMatchObject({ body: { token: value } });
  const everything = JSON.stringify([
    await asOwner('GET', 'security/secrets'),
    await ask('GET', 'events?limit=500', { as: OWNER_TOKEN }),
  ]);
  expect(everything).not.toContain(value);
  await asOwner('PATCH', 'security/secrets', { token: { value: 'hush-hush-2' } });
  expect(await asOwner('POST', 'webhooks/shows', {})).toMatchObject({ body: { token: 'hush-hush-2' } });
  await product.restart();
  expect(await asOwner('POST', 'webhooks/shows', {})).toMatchObject({ body: { token: 'hush-hush-2' } });
  expect(product.output()).not.toContain('hush-hush');
  const object = { id: 'key-of-hush-hush', parts: [1, 'hush-hush-3'] };
  await asOwner('PATCH', 'security/secrets', { token: { value: object } });
  expect(await asOwner('POST', 'webhooks/shows', {})).toMatchObject({ body: { token: object } });
  expect(JSON.stringify(await ask('GET', 'events?limit=500', { as: OWNER_TOKEN }))).not.toContain('hush-hush');
  expect(await asOwner('PATCH', 'security/secrets', { short: { value: 'abc' } })).toMatchObject({ status: 400 });
  expect(await asOwner('PUT', 'security/secrets', { other: { value: 'another' } })).toMatchObject({ status: 200 });
  expect(Object.keys((await asOwner('GET', 'security/secrets')).body)).toEqual(['other']);
  expect(await asOwner('DELETE', 'security/secrets/other')).toEqual({ status: 200, body: { secretName: 'other' } });
  expect(await asOwner('DELETE', 'security/secrets/other')).toMatchObject({ status: 404 });
});

it('shows an open websocket more or less within a second', async () => {
  await share({ id: 'guest' }, { policies: { read: true } });
  const stream = new Api({ host: `${product.url}/v2`, token: 'guest' }).streamEvents('acme', { types: ['note'] });
  const came: unknown[] = [];
  stream.all(({ payload }) => came.push(payload?.['n']));
  await stream.ready();
  const note = (n: number) => product.workspace('acme').emit('note', { n });
  await note(1);
  await share({ id: 'guest' }, { role: 'agent' });
  await eventually('the role counts', async () => (await note(2), came.length > 0), { withinMs: 2_000, everyMs: 100 });
  expect(came).not.toContain(1);
  await asOwner('DELETE', 'permissions/guest');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const before = came.length;
  await note(3);
  await stream.updateFilters({ types: ['note'] });
  expect(came.slice(before)).toEqual([]);
  stream.destroy();
});
