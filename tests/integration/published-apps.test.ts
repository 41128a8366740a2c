/** Apps over HTTP: published in versions, installed several times, upgraded, rolled back, withdrawn. */
import type { Json, JsonObject } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(120_000);

const folder = servedFolder({ kit: { hello: 'name: Hello\nwhen: { endpoint: true }\ndo: []\noutput: folder\n' } });
let product: Product;
let ann: ApiClient;
let bob: ApiClient;
beforeAll(async () => {
  product = await startProduct(folder.path, { ACCOUNT_VALIDATION_METHOD: 'auto', MAXIMUM_APP_VERSION: '3' });
  [ann, bob] = [await person('ann'), await person('bob')];
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

async function person(name: string): Promise<ApiClient> {
  const nobody = apiClient(product.url, null);
  const account = { email: `${name}@example.org`, password: `the horse of ${name}` };
  await nobody.ok('POST', '/signup', { ...account, firstName: name, lastName: 'Example' });
  const { token } = await nobody.ok('POST', '/login', account);
  return apiClient(product.url, String(token));
}

const greet = (version: number): JsonObject => ({
  name: 'Greet',
  description: 'Says hello',
  arguments: { name: { type: 'string' } },
  when: { endpoint: true, events: ['asked'] },
  do: [{ emit: { event: 'greeted', payload: { version, language: '{{config.language}}' } } }],
  output: { version, language: '{{config.language}}', tone: '{{config.tone}}' },
});

const form = { schema: { language: { type: 'string', enum: ['fr', 'en', 'de'] } }, value: { tone: 'kind' } };

const workspaceOf = async (api: ApiClient, document: JsonObject): Promise<string> =>
  String((await api.ok('POST', '/workspaces', document))['id']);

const appWorkspace = (api: ApiClient, name: string, document: JsonObject = {}): Promise<string> =>
  workspaceOf(api, {
    ...{ name, description: `${name} as an app`, photo: 'data:image/png;base64,AA==', labels: ['tools'], config: form },
    automations: { greet: greet(1), inner: { name: 'Inner', private: true, do: [] } },
    ...document,
  });

const hook = async (api: ApiClient, id: string, endpoint: string): Promise<Json | undefined> =>
  (await api.call('POST', `/workspaces/${id}/webhooks/${endpoint}`, {})).body;

it('is published in versions, installed twice, upgraded everywhere but where it is pinned, rolled back', async () => {
  const source = await appWorkspace(ann, 'Greeter');
  await ann.ok('POST', `/workspaces/${source}/versions`, { name: 'v1' });
  const app = await ann.ok('POST', '/apps', { workspaceId: source, slug: 'greeter', workspaceVersion: 'v1' });
  expect(app).toMatchObject({
    ...{ workspaceId: source, slug: 'greeter', name: 'Greeter', description: 'Greeter as an app', labels: ['tools'] },
    versions: [{ name: 'v1' }],
  });

  // Anybody finds it and what has to be filled in, nobody its values.
  expect((await bob.ok('GET', '/apps?text=GREET'))['list']).toMatchObject([{ slug: 'greeter' }]);
  expect((await bob.ok('GET', '/apps?labels=none'))['list']).toEqual([]);
  const seen = await bob.ok('GET', '/apps/greeter?version=v1');
  expect(seen['config']).toEqual({ schema: form.schema });
  expect((await bob.call('GET', '/apps/greeter?version=v9')).status).toBe(404);

  const home = await workspaceOf(bob, { name: 'Home', config: { value: { mine: 'de' } } });
  const at = (path: string) => `/workspaces/${home}/apps${path}`;
  const french = await bob.ok('POST', at(''), { slug: 'fr', appSlug: 'greeter', config: { language: 'fr' } });
  expect(french).toMatchObject({
    ...{ slug: 'fr', appSlug: 'greeter', diagnostics: [] },
    config: { schema: form.schema, value: { language: 'fr' } },
  });
  await bob.ok('POST', at(''), {
    ...{ slug: 'pinned', appSlug: 'greeter', appVersion: 'v1', config: { language: '{{config.mine}}' } },
  });
  expect([await hook(bob, home, 'fr.greet'), await hook(bob, home, 'pinned.greet')]).toEqual([
    { version: 1, language: 'fr', tone: 'kind' },
    { version: 1, language: 'de', tone: 'kind' },
  ]);
  expect((await bob.ok('GET', at('')))['list']).toEqual([
    {
      ...{ slug: 'fr', appSlug: 'greeter', photo: 'data:image/png;base64,AA==', blocks: [] },
      automations: [
        { slug: 'greet', name: 'Greet', description: 'Says hello', arguments: { name: { type: 'string' } } },
      ],
      events: { listen: ['asked'], emit: ['greeted'] },
    },
    expect.objectContaining({ slug: 'pinned', appVersion: 'v1' }),
  ]);

  // A save of the source is no publication.
  await ann.ok('PATCH', `/workspaces/${source}/automations/greet`, greet(2));
  expect(await hook(bob, home, 'fr.greet')).toMatchObject({ version: 1 });
  const second = await ann.ok('POST', '/apps', { workspaceId: source });
  expect(second['versions']).toHaveLength(2);
  expect([await hook(bob, home, 'fr.greet'), await hook(bob, home, 'pinned.greet')]).toMatchObject([
    { version: 2, language: 'fr' },
    { version: 1, language: 'de' },
  ]);

  // The pinned one follows when it is asked to, the other one goes back with its app.
  await bob.ok('PATCH', at('/pinned'), { appVersion: null });
  expect(await hook(bob, home, 'pinned.greet')).toMatchObject({ version: 2 });
  const back = await ann.ok('POST', '/apps', { workspaceId: source, workspaceVersion: 'v1' });
  expect(back['versions']).toEqual(second['versions']);
  expect(await hook(bob, home, 'fr.greet')).toMatchObject({ version: 1 });
  const types = async (id: string, api: ApiClient) =>
    JSON.stringify(await api.ok('GET', `/workspaces/${id}/events?types=apps.published&limit=10`));
  await eventually('it was told in its workspace', async () => (await types(source, ann)).includes('"greeter"'));

  // Configured, renamed, uninstalled.
  await bob.ok('PATCH', at('/fr/config'), { tone: 'cold' });
  expect(await bob.ok('GET', at('/fr/config'))).toEqual({ language: 'fr', tone: 'cold' });
  expect(await hook(bob, home, 'fr.greet')).toEqual({ version: 1, language: 'fr', tone: 'cold' });
  await bob.ok('PATCH', at('/fr'), { slug: 'french', config: { language: 'en' } });
  expect(await hook(bob, home, 'french.greet')).toEqual({ version: 1, language: 'en', tone: 'kind' });
  expect((await bob.call('GET', at('/fr'))).status).toBe(404);
  expect(await bob.ok('DELETE', at('/french'))).toEqual({ id: 'french' });
  expect((await bob.call('POST', `/workspaces/${home}/webhooks/french.greet`, {})).status).toBe(404);
  await eventually('the instance has told its story', async () => {
    const told = JSON.stringify(await bob.ok('GET', `/workspaces/${home}/events?limit=200`));
    return ['installed', 'configured', 'uninstalled'].every((kind) => told.includes(`workspaces.apps.${kind}`));
  });
});

it('refuses what cannot be published, for whom it is not', async () => {
  const source = await appWorkspace(ann, 'Refused', { photo: null, description: null });
  const publish = async (api: ApiClient, body: JsonObject) => {
    const { status, body: answer } = await api.call('POST', '/apps', { workspaceId: source, ...body });
    return [status, (answer as JsonObject)['error'], (answer as JsonObject)['details']];
  };
  expect(await publish(bob, { slug: 'refused' })).toMatchObject([403, 'ForbiddenError', {}]);
  expect(await publish(ann, {})).toEqual([400, 'MissingFieldError', { fields: ['slug'] }]);
  expect(await publish(ann, { slug: 'refused' })).toEqual([
    400,
    'MissingFieldError',
    { fields: ['photo', 'description'] },
  ]);
  await ann.ok('PATCH', `/workspaces/${source}`, { photo: 'data:image/png;base64,AA==' });
  expect(await publish(ann, { slug: 'a/../b', description: 'x' })).toMatchObject([400, 'InvalidSlugError', {}]);
  // Of a folder beside it: who installs that goes on getting it.
  expect(await publish(ann, { slug: 'kit', description: 'x' })).toMatchObject([400, 'AlreadyUsedError', {}]);
  expect(await publish(ann, { slug: 'refused', description: 'x', workspaceVersion: 'v7' })).toMatchObject([
    400,
    'InvalidVersionError',
    {},
  ]);
  expect((await publish(ann, { slug: 'refused', description: 'x' }))[0]).toBe(200);
  expect(await publish(ann, { slug: 'other', description: 'x' })).toMatchObject([400, 'InvalidSlugError', {}]);
  const rival = await appWorkspace(bob, 'Rival');
  expect(await bob.call('POST', '/apps', { workspaceId: rival, slug: 'refused' })).toMatchObject({
    status: 400,
    body: { error: 'AlreadyUsedError' },
  });

  // A version keeps what it says: the same name with other files is refused.
  await ann.ok('PATCH', `/workspaces/${source}`, { description: 'Now it has one' });
  await ann.ok('POST', `/workspaces/${source}/versions`, { name: 'v1' });
  expect((await publish(ann, { workspaceVersion: 'v1' }))[0]).toBe(200);
  await ann.ok('DELETE', `/workspaces/${source}/versions/v1`);
  await ann.ok('PATCH', `/workspaces/${source}/automations/greet`, greet(9));
  await ann.ok('POST', `/workspaces/${source}/versions`, { name: 'v1' });
  expect(await publish(ann, { workspaceVersion: 'v1' })).toMatchObject([400, 'AlreadyUsedError', {}]);

  // An editor publishes again what the owner has published first, and cannot withdraw it.
  const me = await bob.ok('GET', '/me');
  await ann.ok('POST', `/workspaces/${source}/permissions`, {
    target: { id: String(me['id']) },
    permissions: { role: 'editor' },
  });
  expect((await publish(bob, {}))[0]).toBe(200);
  expect((await bob.call('DELETE', '/apps/refused')).status).toBe(403);
  const { versions } = await ann.ok('GET', '/apps/refused');
  for (const _ of [1, 2]) await publish(ann, {});
  const kept = (await ann.ok('GET', '/apps/refused'))['versions'] as readonly Json[];
  expect([(versions as readonly Json[]).length, kept.length]).toEqual([3, 3]);
});

it('refuses an instance whose config does not fit, of an app or version that is not there, for who may not save', async () => {
  const source = await appWorkspace(ann, 'Strict');
  await ann.ok('POST', '/apps', { workspaceId: source, slug: 'strict' });
  const home = await workspaceOf(bob, { name: 'Home of strict' });
  const install = async (api: ApiClient, body: JsonObject) => {
    const answer = await api.call('POST', `/workspaces/${home}/apps`, { slug: 'one', appSlug: 'strict', ...body });
    return [answer.status, (answer.body as JsonObject)['error']];
  };
  expect(await install(ann, {})).toEqual([403, 'ForbiddenError']);
  expect(await install(bob, { config: { language: 'klingon' } })).toEqual([400, 'RequestValidationError']);
  expect(await install(bob, { appSlug: 'nowhere' })).toEqual([404, 'ObjectNotFoundError']);
  expect(await install(bob, { appVersion: 'v7' })).toEqual([404, 'ObjectNotFoundError']);
  expect(await install(bob, { slug: '../x' })).toEqual([400, 'InvalidSlugError']);
  // Not published: it is nobody else's to install.
  const secret = await appWorkspace(ann, 'Secret');
  expect(await install(bob, { appSlug: secret })).toEqual([404, 'ObjectNotFoundError']);
  const sneaked = await bob.call('POST', '/workspaces', { name: 'Sneak', imports: { a: { appSlug: secret } } });
  expect(JSON.stringify(sneaked.body)).toContain('APP_UNKNOWN');
  expect(await install(bob, { config: { language: 'fr' } })).toEqual([200, undefined]);
  expect(await install(bob, {})).toEqual([400, 'AlreadyUsedError']);
  const config = await bob.call('PATCH', `/workspaces/${home}/apps/one/config`, { language: 7 });
  expect(config).toMatchObject({ status: 400, body: { details: [{ path: '/body/config/language' }] } });
  // A folder beside it is an app without being published.
  await bob.ok('POST', `/workspaces/${home}/apps`, { slug: 'kit', appSlug: 'kit' });
  expect(await hook(bob, home, 'kit.hello')).toBe('folder');
});

it('withdraws an app: nobody can install it, those who have it go on with what they have', async () => {
  const source = await appWorkspace(ann, 'Gone');
  await ann.ok('POST', '/apps', { workspaceId: source, slug: 'gone' });
  const home = await workspaceOf(bob, { name: 'Home of gone' });
  await bob.ok('POST', `/workspaces/${home}/apps`, { slug: 'gone', appSlug: 'gone', config: { language: 'en' } });
  expect(await ann.ok('DELETE', '/apps/gone')).toEqual({ id: 'gone' });
  expect((await ann.call('GET', '/apps/gone')).status).toBe(404);
  expect(await hook(bob, home, 'gone.greet')).toMatchObject({ version: 1 });
  expect((await bob.ok('GET', `/workspaces/${home}/apps`))['list']).toEqual([]);
  expect((await bob.call('POST', `/workspaces/${home}/apps`, { slug: 'b', appSlug: 'gone' })).status).toBe(404);

  // With its workspace an app goes, too.
  const short = await appWorkspace(ann, 'Short');
  await ann.ok('POST', '/apps', { workspaceId: short, slug: 'short' });
  await ann.ok('DELETE', `/workspaces/${short}`);
  expect((await ann.call('GET', '/apps/short')).status).toBe(404);
});
