/**
 * Two people (and a guest) and one installation, through HTTP only: accounts, a workspace, rights, mistakes, apps,
 * archives, deletion.
 */
import { isObject, type JsonObject } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { signUp } from '../support/sign-up';

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

const quote = (text: string): JsonObject => ({
  name: 'Quote',
  when: { endpoint: true },
  authorizations: { action: 'quote' },
  do: [],
  output: { text },
});

const priced = (version: number): JsonObject => ({
  name: 'Price',
  when: { endpoint: true },
  do: [],
  output: { version, currency: '{{config.currency}}' },
});

const idOf = async (api: ApiClient, document: JsonObject): Promise<string> =>
  String((await api.ok('POST', '/workspaces', document))['id']);

it('takes a workspace from sign-up to its deletion', async () => {
  const [ann, bob, guest] = [
    await signUp(product.url, 'ann'),
    await signUp(product.url, 'bob'),
    await signUp(product.url, 'guest'),
  ];
  const nobody = apiClient(product.url, null);
  const { token } = await nobody.ok('POST', '/login/anonymous');
  const anonymous = apiClient(product.url, String(token));

  const id = await idOf(ann.api, { name: 'Quotes', automations: { quote: quote('one') } });
  const at = (path: string) => `/workspaces/${id}${path}`;
  const call = (api: ApiClient, headers?: { [name: string]: string }) =>
    api.call('POST', at('/webhooks/quote'), {}, { headers });
  const statusOf = async (api: ApiClient, headers?: { [name: string]: string }) => (await call(api, headers)).status;
  const everybody = () => Promise.all([ann, bob, guest].map(({ api }) => statusOf(api)));
  const strangers = () => Promise.all([anonymous, nobody].map((api) => statusOf(api)));

  // Nobody else has it.
  expect([
    (await bob.api.call('GET', at(''))).status,
    (await anonymous.call('GET', at(''))).status,
    (await nobody.call('GET', at(''))).status,
  ]).toEqual([403, 403, 401]);
  expect([...(await everybody()), ...(await strangers())]).toEqual([200, 403, 403, 403, 403]);

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

  // Mistakes: refused whole when asked to be strict, all of them told; else saved, and told, too.
  const mistaken: JsonObject = { ...quote('two'), do: [{ emitt: { event: 'a' } }, { set: { name: 'a.' } }] };
  const mistakesIn = (diagnostics: unknown): readonly string[] =>
    (diagnostics as readonly JsonObject[])
      .filter(({ severity }) => severity === 'error')
      .map(({ code, line }) => `${String(code)} ${String(line)}`);
  const refused = await bob.api.call('PATCH', at('/automations/quote?strict=true'), mistaken);
  expect(refused).toMatchObject({ status: 400, body: { error: 'InvalidAutomationError' } });
  const details = isObject(refused.body) && isObject(refused.body['details']) ? refused.body['details'] : {};
  const mistakes = mistakesIn(details['diagnostics']);
  expect(mistakes).toEqual(['CALL_UNKNOWN 6', 'PATH_INVALID 6']);
  expect((await call(guest.api)).body).toEqual({ text: 'one' });
  const lenient = await bob.api.ok('PATCH', at('/automations/quote'), mistaken);
  expect(mistakesIn(lenient['diagnostics'])).toEqual(mistakes);
  expect((await bob.api.ok('GET', at('/automations/quote')))['do']).toEqual(mistaken['do']);
  await ann.api.ok('POST', at('/versions'), { name: 'v1', description: 'with mistakes' });

  // Then right: called as owner, editor, guest, anonymous, by nobody in particular, and with an API key.
  expect(await bob.api.ok('PATCH', at('/automations/quote?strict=true'), quote('three'))).toMatchObject({
    diagnostics: [],
  });
  expect((await call(guest.api)).body).toEqual({ text: 'three' });
  const key = await ann.api.ok('POST', at('/security/apikeys'), { name: 'bot', rules: [may] });
  const withKey = { 'x-prismeai-api-key': String(key['apiKey']) };
  expect(await everybody()).toEqual([200, 200, 200]);
  expect(await strangers()).toEqual([403, 403]);
  expect([await statusOf(anonymous, withKey), await statusOf(nobody, withKey)]).toEqual([200, 200]);
  await ann.api.ok('DELETE', at(`/security/apikeys/${String(key['apiKey'])}`));
  expect(await statusOf(nobody, withKey)).toBe(403);

  // An app of it, installed twice elsewhere with a config each.
  await ann.api.ok('PATCH', at(''), {
    ...{ photo: 'data:image/png;base64,AA==', description: 'Quotes for everybody' },
    config: { schema: { currency: { type: 'string', enum: ['EUR', 'CHF', 'USD'] } }, value: { currency: 'USD' } },
    automations: { price: priced(1) },
  });
  await ann.api.ok('POST', at('/versions'), { name: 'app-1' });
  await ann.api.ok('POST', '/apps', { workspaceId: id, slug: 'quotes', workspaceVersion: 'app-1' });
  const shop = await idOf(bob.api, { name: 'Shop of Bob' });
  const inShop = (path: string) => `/workspaces/${shop}${path}`;
  await bob.api.ok('POST', inShop('/apps'), { slug: 'here', appSlug: 'quotes', config: { currency: 'EUR' } });
  const wrong = { slug: 'there', appSlug: 'quotes', config: { currency: 'francs' } };
  expect(await bob.api.call('POST', inShop('/apps'), wrong)).toMatchObject({
    status: 400,
    body: { error: 'RequestValidationError', details: [{ path: '/body/config/currency' }] },
  });
  await bob.api.ok('POST', inShop('/apps'), { ...wrong, config: { currency: 'CHF' } });
  const prices = async () =>
    Promise.all(
      ['here', 'there'].map(async (one) => (await bob.api.call('POST', inShop(`/webhooks/${one}.price`), {})).body),
    );
  const both = (version: number) => ['EUR', 'CHF'].map((currency) => ({ version, currency }));
  expect(await prices()).toEqual(both(1));

  // Upgraded by the editor, rolled back by the owner: for both instances at once.
  await bob.api.ok('PATCH', at('/automations/price'), priced(2));
  expect(await prices()).toEqual(both(1));
  await bob.api.ok('POST', '/apps', { workspaceId: id });
  expect(await prices()).toEqual(both(2));
  await ann.api.ok('POST', '/apps', { workspaceId: id, workspaceVersion: 'app-1' });
  expect(await prices()).toEqual(both(1));
  // The workspace itself is rolled back, too: to its mistakes, and to what was right.
  await ann.api.ok('POST', at('/versions/v1/pull'));
  expect((await ann.api.ok('GET', at('/automations/quote')))['do']).toEqual(mistaken['do']);
  await ann.api.ok('POST', at('/versions/app-1/pull'));
  expect((await call(guest.api)).body).toEqual({ text: 'three' });
  expect((await ann.api.ok('GET', at('/automations/price')))['output']).toEqual(priced(1)['output']);

  // Exported, imported under another name: a workspace of its own, with its own rights. Its app stays Ann's.
  const { bytes } = await ann.api.download('POST', at('/versions/current/export'));
  const imported = (await bob.api.upload('/workspaces/import', 'quotes.zip', bytes)).body as JsonObject;
  const copy = imported['workspace'] as JsonObject;
  expect(copy).toMatchObject({ name: 'Quotes', slug: 'quotes-1' });
  expect(imported['errors']).toEqual([expect.objectContaining({ file: '.import.yml', err: 'AlreadyUsedError' })]);
  const inCopy = `/workspaces/${String(copy['id'])}`;
  await bob.api.ok('PATCH', inCopy, { name: 'Quotes of Bob', slug: 'quotes-of-bob' });
  expect(await bob.api.ok('GET', inCopy)).toMatchObject({ name: 'Quotes of Bob', slug: 'quotes-of-bob' });
  expect((await bob.api.call('POST', `${inCopy}/webhooks/quote`, {})).body).toEqual({ text: 'three' });
  expect((await ann.api.call('GET', inCopy)).status).toBe(403);
  expect((await guest.api.call('POST', `${inCopy}/webhooks/quote`, {})).status).toBe(403);

  // The runs that all this has made, for who may see them.
  const runsOf = async (api: ApiClient) => (await api.call('GET', at('/runs'))).status;
  expect([await runsOf(ann.api), await runsOf(guest.api), await runsOf(nobody)]).toEqual([200, 403, 403]);

  // Uninstalled, deleted, with its rights and its app; a session that has ended is none.
  await bob.api.ok('DELETE', inShop('/apps/there'));
  expect((await bob.api.call('POST', inShop('/webhooks/there.price'), {})).status).toBe(404);
  expect((await bob.api.call('DELETE', at(''))).status).toBe(403);
  await ann.api.ok('DELETE', at(''));
  await eventually('it is gone', async () => (await ann.api.call('GET', at(''))).status === 404);
  expect(await statusOf(guest.api)).toBe(404);
  expect((await bob.api.call('GET', '/apps/quotes')).status).toBe(404);
  expect((await bob.api.call('POST', `${inCopy}/webhooks/quote`, {})).status).toBe(200);
  await bob.api.ok('POST', '/logout');
  expect((await bob.api.call('GET', '/me')).status).toBe(401);
});
