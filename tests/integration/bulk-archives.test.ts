/** Several workspaces in one archive, with the apps that they install; an archive of an app is one where it comes in. */
import type { JsonObject } from '../../shared/core/json';
import { readZip, readZipBytes, writeZip, ZIP_LIMITS } from '../../api/workspaces/zip';
import { apiClient, type ApiClient } from '../support/api-client';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { signUp } from '../support/sign-up';

jest.setTimeout(120_000);

const folder = servedFolder({});
let product: Product;
let ann: ApiClient;
let bob: ApiClient;
let [shop, app, inner] = ['', '', ''];

const asApp = (name: string): JsonObject => ({
  name,
  description: `${name} as an app`,
  photo: 'data:image/png;base64,AA==',
  labels: ['kept'],
});
const made = async (api: ApiClient, document: JsonObject): Promise<string> =>
  String((await api.ok('POST', '/workspaces', document))['id']);
const says = (text: string): JsonObject => ({ name: 'Say', when: { endpoint: true }, do: [], output: text });

beforeAll(async () => {
  product = await startProduct(folder.path, { ACCOUNT_VALIDATION_METHOD: 'auto' });
  [ann, bob] = [(await signUp(product.url, 'ann')).api, (await signUp(product.url, 'bob')).api];
  // `shop` installs `outer`, which installs `inner`: whose names are in the other order.
  inner = await made(ann, { ...asApp('Zinc'), automations: { say: says('inner') } });
  await ann.ok('POST', '/apps', { workspaceId: inner, slug: 'inner' });
  app = await made(ann, {
    ...asApp('Brass'),
    imports: { deep: { appSlug: 'inner' } },
    automations: {
      ask: { name: 'Ask', when: { endpoint: true }, do: [{ 'deep.say': { output: 'said' } }], output: '{{said}}' },
    },
  });
  await ann.ok('POST', '/apps', { workspaceId: app, slug: 'outer', name: 'The outer one' });
  shop = await made(ann, { name: 'Alloy', imports: { mine: { appSlug: 'outer' } }, labels: ['sold'] });
  await made(bob, { name: 'Of Bob' });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const exported = async (api: ApiClient, body: JsonObject) => {
  const { bytes, status } = await api.download('POST', '/workspaces/export', body);
  expect(status).toBe(200);
  const all = { ...ZIP_LIMITS, fileBytes: ZIP_LIMITS.totalBytes };
  const entries = await readZipBytes(bytes, (names) => new Set(names), all);
  const list = JSON.parse(String(entries.get('bulkExport.json'))) as JsonObject;
  return { bytes, list, entries };
};
const sold = { workspaces: { query: { labels: 'sold' } } };
const refused = async (api: ApiClient, body: JsonObject) => {
  const { status, body: answer } = await api.call('POST', '/workspaces/export', body);
  return [status, (answer as JsonObject)['error']];
};

it('exports what is asked for, each workspace as it would be alone', async () => {
  const { list, entries } = await exported(ann, sold);
  expect(list).toEqual({ workspaceIds: [shop], publishApps: [] });
  const [alone, inBulk] = [
    (await ann.download('POST', `/workspaces/${shop}/versions/current/export`)).bytes,
    entries.get(`workspaces/${shop}.zip`),
  ];
  expect(inBulk).toEqual(alone);

  const everything = await exported(ann, {});
  expect([...(everything.list['workspaceIds'] as string[])].sort()).toEqual([shop, app, inner].sort());
  expect((await exported(ann, {})).bytes).toEqual(everything.bytes);
  const page = await exported(ann, { workspaces: { pagination: { page: 1, limit: 2 } } });
  expect(page.list['workspaceIds']).toEqual([inner]);
  const named = await exported(ann, { workspaces: { query: { ids: [app, shop] } } });
  expect(named.list['workspaceIds']).toEqual([shop, app]);
});

it('takes apps along as far as they may be read, each before those that install it', async () => {
  const { list } = await exported(ann, { ...sold, includeApps: true });
  expect(list['workspaceIds']).toEqual([shop, app, inner]);
  expect(list['publishApps']).toEqual([
    expect.objectContaining({ workspaceId: inner, slug: 'inner', name: 'Zinc', description: 'Zinc as an app' }),
    expect.objectContaining({ workspaceId: app, slug: 'outer', name: 'The outer one' }),
  ]);
  // The app is everybody's to install; its workspace is not.
  const own = await made(bob, { name: 'Installs', imports: { mine: { appSlug: 'outer' } }, labels: ['sold'] });
  expect((await exported(bob, { ...sold, includeApps: true })).list).toEqual({ workspaceIds: [own], publishApps: [] });
  await bob.ok('DELETE', `/workspaces/${own}`);
});

it('refuses what nobody may read, and what asks for nothing', async () => {
  const ids = (...wanted: string[]) => ({ workspaces: { query: { ids: wanted } } });
  expect(await refused(bob, ids(shop))).toEqual([403, 'ForbiddenError']);
  expect(await refused(bob, ids('nowhere'))).toEqual([404, 'ObjectNotFoundError']);
  expect(await refused(bob, { workspaces: { query: { labels: 'none' } } })).toEqual([404, 'ObjectNotFoundError']);
  expect(await refused(bob, { workspaces: { query: { owner: 'ann' } } })).toEqual([400, 'RequestValidationError']);
  expect(await refused(apiClient(product.url, null), {})).toEqual([401, 'AuthenticationError']);
});

it('comes in elsewhere: made once and labelled, found again by the label, apps published before they are installed', async () => {
  const { bytes } = await exported(ann, { ...sold, includeApps: true });
  // Elsewhere nobody has these apps.
  for (const slug of ['outer', 'inner']) await ann.ok('DELETE', `/apps/${slug}`);
  const first = (await bob.upload('/workspaces/import', 'all.zip', bytes)).body as JsonObject;
  expect(first).toMatchObject({
    updatedWorkspaceIds: [],
    errors: [],
    publishedApps: [{ slug: 'inner' }, { slug: 'outer', name: 'The outer one' }],
  });
  const [deep, middle, top] = first['createdWorkspaceIds'] as string[];
  expect([shop, app, inner]).not.toContain(top);
  expect(first['imported']).toEqual(
    expect.arrayContaining([`${deep}/index`, `${middle}/imports/deep.yml`, `${top}/imports/mine.yml`]),
  );
  expect((await bob.call('POST', `/workspaces/${top}/webhooks/mine.ask`, {})).body).toBe('inner');
  expect((await bob.ok('GET', `/workspaces/${middle}`))['labels']).toEqual([`importFrom:${app}`, 'kept']);
  expect((await bob.ok('GET', '/apps/outer'))['workspaceId']).toBe(middle);

  const again = (await bob.upload('/workspaces/import', 'all.zip', bytes)).body as JsonObject;
  expect(again).toMatchObject({ createdWorkspaceIds: [], updatedWorkspaceIds: [deep, middle, top], errors: [] });
  // Ann may change her own: they are found by their ids. Her apps are Bob's by now.
  const back = (await ann.upload('/workspaces/import', 'all.zip', bytes)).body as JsonObject;
  expect(back).toMatchObject({
    createdWorkspaceIds: [],
    updatedWorkspaceIds: [inner, app, shop],
    publishedApps: [],
    errors: [
      { file: `${inner}/inner`, err: 'AlreadyUsedError' },
      { file: `${app}/outer`, err: 'AlreadyUsedError' },
    ],
  });
});

it('reports what cannot come in, and goes on with the rest', async () => {
  const good = await writeZip({ 'v/index.yml': 'name: Good\n', 'v/automations/a.yml': 'name: A\ndo: [\n' });
  const broken = await writeZip({ 'v/index.yml': 'name: [' });
  const list = { workspaceIds: ['broken', 'good'], publishApps: [{ workspaceId: 'good', slug: 'good-app' }] };
  const bulk = await writeZip({
    'bulkExport.json': JSON.stringify(list),
    'workspaces/good.zip': good,
    'workspaces/broken.zip': broken,
  });
  const answer = (await bob.upload('/workspaces/import', 'some.zip', bulk)).body as JsonObject;
  const [made] = answer['createdWorkspaceIds'] as string[];
  expect(answer).toEqual({
    createdWorkspaceIds: [made],
    updatedWorkspaceIds: [],
    imported: [`${made}/index`],
    publishedApps: [],
    errors: [
      expect.objectContaining({ file: `${made}/automations/a.yml`, err: 'YAML_SYNTAX' }),
      expect.objectContaining({ file: `${made}/good-app`, err: 'MissingFieldError' }),
      expect.objectContaining({ file: 'broken', err: 'RequestValidationError' }),
    ],
  });
});

it('publishes a single archive of an app where it comes in, and says why not', async () => {
  const source = await made(ann, { ...asApp('Single'), automations: { say: says('one') } });
  await ann.ok('POST', '/apps', { workspaceId: source, slug: 'single', name: 'Named', description: 'Told' });
  const { bytes } = await ann.download('POST', `/workspaces/${source}/versions/current/export`);
  const files = await readZip(bytes, (names) => new Set(names));
  expect(files['current/.import.yml']).toBe('slug: single\nname: Named\ndescription: Told\n');

  const taken = (await bob.upload('/workspaces/import', 'one.zip', bytes)).body as JsonObject;
  expect(taken).toMatchObject({ errors: [{ file: '.import.yml', err: 'AlreadyUsedError' }] });
  await ann.ok('DELETE', '/apps/single');
  const free = (await bob.upload('/workspaces/import', 'one.zip', bytes)).body as JsonObject;
  expect(free).toMatchObject({ errors: [] });
  expect(await bob.ok('GET', '/apps/single')).toMatchObject({
    ...{ workspaceId: (free['workspace'] as JsonObject)['id'], name: 'Named', description: 'Told' },
  });
});
