/** Roles that nobody is given by hand: by how somebody signed in, and by a key that only automations use. */
import type { JsonObject } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const security = `
authorizations:
  roles:
    guest: { auth: { anonymous: {} } }
    reader: { auth: { apiKey: {} } }
    plain: {}
  rules:
    - { role: guest, action: execute, subject: automations, conditions: { authorizations.action: look } }
    - { role: reader, action: read, subject: workspaces }
    - { role: reader, action: execute, subject: automations, conditions: { authorizations.action: count } }
`;
const looks = `
name: Looks
when: { endpoint: true, events: [look.please] }
authorizations: { action: look }
do: [{ emit: { event: looked, payload: { for: '{{payload.for}}' } } }]
output: seen
`;
const counts = `
name: Counts
when: { endpoint: true }
authorizations: { action: count }
do: []
output: { counted: true }
`;
const asks = `
name: Asks
when: { endpoint: true }
do:
  - fetch:
      url: '{{global.apiUrl}}/workspaces/{{body.workspace}}{{body.path}}'
      method: '{{body.method}}'
      prismeaiApiKey: { name: '{{body.role}}' }
      outputMode: detailed_response
      emitErrors: false
      output: answer
output: { status: '{{answer.status}}', name: '{{answer.body.name}}', counted: '{{answer.body.counted}}' }
`;
const folder = servedFolder({
  shop: { 'index.yml': 'name: Shop\n', 'security.yml': security, looks, counts, asks },
  other: { 'index.yml': 'name: Other\n', 'security.yml': security },
});
let product: Product;
let owner: ApiClient;
let nobody: ApiClient;
let guest: ApiClient;

beforeAll(async () => {
  product = await startProduct(folder.path, {
    OSTINATO_USERS: JSON.stringify({ mia: { token: 'token-of-mia', roles: {} } }),
  });
  owner = apiClient(product.url, 'owner-of-the-tests');
  nobody = apiClient(product.url, null);
  guest = apiClient(product.url, String((await nobody.ok('POST', '/login/anonymous', {}))['token']));
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

describe('a role that is bound to how somebody signed in', () => {
  it('counts in runs, too', async () => {
    expect(await guest.call('POST', '/workspaces/shop/webhooks/looks')).toMatchObject({ status: 200, body: 'seen' });
    const stranger = apiClient(product.url, 'token-of-mia');
    for (const who of [nobody, stranger])
      expect((await who.call('POST', '/workspaces/shop/webhooks/looks')).status).toBe(403);
    expect((await guest.call('POST', '/workspaces/shop/webhooks/counts')).status).toBe(403);
  });

  it('counts in runs that an event of theirs starts', async () => {
    const emit = (who: ApiClient, name: string) =>
      who.ok('POST', '/workspaces/shop/events', { events: [{ type: 'look.please', payload: { for: name } }] });
    await emit(nobody, 'nobody');
    await emit(guest, 'guest');
    const events = await product.workspace('shop').until('looked', { 'payload.for': 'guest' });
    expect(events).toHaveLength(1);
    expect(await product.workspace('shop').events('looked', { 'payload.for': 'nobody' })).toEqual([]);
  });
});

describe('a role with a key', () => {
  const ask = async (body: JsonObject) =>
    nobody.call('POST', '/workspaces/shop/webhooks/asks', {
      ...{ workspace: 'shop', path: '', method: 'GET', role: 'reader' },
      ...body,
    });

  it('is what an automation calls its workspace with', async () => {
    expect((await ask({})).body).toMatchObject({ status: 200, name: 'Shop' });
    expect((await ask({ path: '/webhooks/counts', method: 'POST' })).body).toMatchObject({
      status: 200,
      counted: true,
    });
    expect((await ask({ path: '/security/roles' })).body).toMatchObject({ status: 403 });
  });

  it('opens no other workspace, though a role there has the same name', async () =>
    expect((await ask({ workspace: 'other' })).body).toMatchObject({ status: 403 }));

  it.each(['plain', 'guest', 'owner', 'nothere'])('is not had by %s', async (role) =>
    expect(await ask({ role })).toMatchObject({ status: 400, body: { error: 'InvalidInstructionError' } }),
  );

  it('cannot be made up, and ends with the role', async () => {
    const made = `role-${Buffer.from('reader').toString('base64url')}.${'A'.repeat(43)}`;
    const answer = await nobody.call('GET', '/workspaces/shop', undefined, { headers: { 'x-prismeai-api-key': made } });
    expect(answer.status).toBe(403);
    await owner.ok('PUT', '/workspaces/shop/security', { authorizations: { roles: { guest: {} }, rules: [] } });
    expect(await ask({})).toMatchObject({ status: 400, body: { error: 'InvalidInstructionError' } });
  });
});
