/** Two people and one installation, through HTTP only: accounts, a workspace, rights, mistakes, versions, archives, apps. */
import type { JsonObject } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(120_000);

const folder = servedFolder({});
let product: Product;
beforeAll(async () => {
  product = await startProduct(folder.path, { ACCOUNT_VALIDATION_METHOD: 'auto' });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

/** Signs up and logs in. */
async function person(name: string): Promise<{ readonly id: string; readonly api: ApiClient }> {
  const nobody = apiClient(product.url, null);
  const email = `${name}@example.org`;
  const password = `the horse of ${name}`;
  const { id } = await nobody.ok('POST', '/signup', { email, password, firstName: name, lastName: 'Example' });
  const { token } = await nobody.ok('POST', '/login', { email, password });
  return { id: String(id), api: apiClient(product.url, String(token)) };
}

const quote = (text: string): JsonObject => ({
  name: 'Quote',
  when: { endpoint: true },
  authorizations: { action: 'quote' },
  do: [],
  output: { text },
});

it('takes a workspace from sign-up to its deletion', async () => {
  const [ann, bob, guest] = [await person('ann'), await person('bob'), await person('guest')];
  const nobody = apiClient(product.url, null);

  const made = await ann.api.ok('POST', '/workspaces', { name: 'Quotes', automations: { quote: quote('one') } });
  const id = String(made['id']);
  const at = (path: string) => `/workspaces/${id}${path}`;
  const statusOf = async (api: ApiClient, path = '/webhooks/quote', headers?: { [name: string]: string }) =>
    (await api.call('POST', at(path), {}, { headers })).status;

  // Nobody else has it.
  expect([
    (await bob.api.call('GET', at(''))).status,
    (await nobody.call('GET', at(''))).status,
    await statusOf(bob.api),
    await statusOf(nobody),
  ]).toEqual([403, 401, 403, 403]);

  // Shared with a role of its own, and with an editor.
  const may: JsonObject = {
    action: 'execute',
    subject: 'automations',
    conditions: { 'authorizations.action': 'quote' },
  };
  await ann.api.ok('PUT', at('/security'), {
    authorizations: { roles: { agent: {} }, rules: [{ role: 'agent', ...may }] },
  });
  await ann.api.ok('POST', at('/permissions'), { target: { id: guest.id }, permissions: { role: 'agent' } });
  await ann.api.ok('POST', at('/permissions'), { target: { id: bob.id }, permissions: { role: 'editor' } });
  expect([await statusOf(ann.api), await statusOf(bob.api), await statusOf(guest.api), await statusOf(nobody)]).toEqual(
    [200, 200, 200, 403],
  );

  // A mistake: refused whole when asked to be strict, else saved and told.
  const mistaken: JsonObject = { ...quote('two'), do: [{ emitt: { event: 'a' } }, { set: { name: 'a.' } }] };
  const refused = await bob.api.call('PATCH', at('/automations/quote?strict=true'), mistaken);
  expect(refused).toMatchObject({ status: 400, body: { error: 'InvalidAutomationError' } });
  expect(JSON.stringify(refused.body)).toMatch(/emitt.*PATH_INVALID|PATH_INVALID.*emitt/);
  expect((await guest.api.call('POST', at('/webhooks/quote'), {})).body).toEqual({ text: 'one' });
  const lenient = await bob.api.ok('PATCH', at('/automations/quote'), mistaken);
  expect(lenient['diagnostics']).toEqual(expect.arrayContaining([expect.objectContaining({ severity: 'error' })]));
  await ann.api.ok('POST', at('/versions'), { name: 'v1', description: 'with a mistake' });
  expect(await bob.api.ok('PATCH', at('/automations/quote'), quote('three'))).toMatchObject({ diagnostics: [] });
  expect((await guest.api.call('POST', at('/webhooks/quote'), {})).body).toEqual({ text: 'three' });
  await ann.api.ok('POST', at('/versions'), { name: 'v2' });
  await bob.api.ok('PATCH', at('/automations/quote'), quote('four'));

  // A program with a key; nobody without it.
  const key = await ann.api.ok('POST', at('/security/apikeys'), {
    name: 'bot',
    rules: [may],
  });
  expect(await statusOf(nobody, '/webhooks/quote', { 'x-prismeai-api-key': String(key['apiKey']) })).toBe(200);
  expect(await statusOf(nobody)).toBe(403);

  // Rolled back, taken elsewhere under another name.
  await ann.api.ok('POST', at('/versions/v2/pull'));
  expect((await guest.api.call('POST', at('/webhooks/quote'), {})).body).toEqual({ text: 'three' });
  const archive = await ann.api.download('POST', `/workspaces/${id}/versions/v2/export`);
  const imported = (await bob.api.upload('/workspaces/import', 'quotes.zip', archive.bytes)).body as JsonObject;
  const copy = imported['workspace'] as JsonObject;
  expect(copy).toMatchObject({ name: 'Quotes', slug: 'quotes-1' });
  await bob.api.ok('PATCH', `/workspaces/${String(copy['id'])}`, { name: 'Quotes of Bob' });
  expect((await bob.api.call('POST', `/workspaces/${String(copy['id'])}/webhooks/quote`, {})).body).toEqual({
    text: 'three',
  });
  expect((await ann.api.call('GET', `/workspaces/${String(copy['id'])}`)).status).toBe(403);

  // An app of it, installed twice with its own config each; upgraded and rolled back for both at once.
  const priced = (version: number): JsonObject => ({
    name: 'Price',
    when: { endpoint: true },
    do: [],
    output: { version, currency: '{{config.currency}}' },
  });
  await ann.api.ok('PATCH', at(''), {
    ...{ photo: 'data:image/png;base64,AA==', description: 'Quotes for everybody' },
    config: { schema: { currency: { type: 'string', enum: ['EUR', 'CHF'] } }, value: { currency: 'EUR' } },
    automations: { price: priced(1) },
  });
  await ann.api.ok('POST', at('/versions'), { name: 'app-1' });
  await ann.api.ok('POST', '/apps', { workspaceId: id, slug: 'quotes', workspaceVersion: 'app-1' });
  const shop = await bob.api.ok('POST', '/workspaces', { name: 'Shop of Bob' });
  const inShop = (path: string) => `/workspaces/${String(shop['id'])}${path}`;
  await bob.api.ok('POST', inShop('/apps'), { slug: 'here', appSlug: 'quotes' });
  const wrong = { slug: 'there', appSlug: 'quotes', config: { currency: 'francs' } };
  expect((await bob.api.call('POST', inShop('/apps'), wrong)).status).toBe(400);
  await bob.api.ok('POST', inShop('/apps'), { ...wrong, config: { currency: 'CHF' } });
  const prices = async () =>
    Promise.all(
      ['here', 'there'].map(async (one) => (await bob.api.call('POST', inShop(`/webhooks/${one}.price`), {})).body),
    );
  const both = (version: number) => ['EUR', 'CHF'].map((currency) => ({ version, currency }));
  expect(await prices()).toEqual(both(1));
  await ann.api.ok('PATCH', at('/automations/price'), priced(2));
  await bob.api.ok('POST', '/apps', { workspaceId: id });
  expect(await prices()).toEqual(both(2));
  await ann.api.ok('POST', '/apps', { workspaceId: id, workspaceVersion: 'app-1' });
  expect(await prices()).toEqual(both(1));
  await bob.api.ok('DELETE', inShop('/apps/there'));
  expect((await bob.api.call('POST', inShop('/webhooks/there.price'), {})).status).toBe(404);

  // The runs that all this has made, for who may see them.
  const runsOf = async (api: ApiClient) => (await api.call('GET', at('/runs'))).status;
  expect([await runsOf(ann.api), await runsOf(guest.api), await runsOf(nobody)]).toEqual([200, 403, 403]);

  // Gone, with its rights; a session that has ended is none.
  expect((await bob.api.call('DELETE', at(''))).status).toBe(403);
  await ann.api.ok('DELETE', at(''));
  await eventually('it is gone', async () => (await ann.api.call('GET', at(''))).status === 404);
  expect(await statusOf(guest.api)).toBe(404);
  await bob.api.ok('POST', '/logout');
  expect((await bob.api.call('GET', '/me')).status).toBe(401);
});
