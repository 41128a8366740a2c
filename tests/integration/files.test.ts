/** Files over HTTP on the whole product: uploaded, had by rights, tokens or everybody, shared, expired, gone with their workspace. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { eventually } from '../support/eventually';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(120_000);

const folder = servedFolder({ acme: {} });
const users = { ann: { token: 'ann' }, bob: { token: 'bob' } };
const settings = {
  OSTINATO_USERS: JSON.stringify(users),
  UPLOADS_MAX_SIZE: '100000',
  UPLOADS_FORBIDDEN_MIMETYPES: 'application/x-sh',
};
let product: Product;
let owner: ApiClient;
let [ann, bob, nobody]: readonly [ApiClient, ApiClient, ApiClient] = [] as never;

beforeAll(async () => {
  product = await startProduct(folder.path, settings);
  owner = apiClient(product.url, OWNER_TOKEN);
  [ann, bob, nobody] = [apiClient(product.url, 'ann'), apiClient(product.url, 'bob'), apiClient(product.url, null)];
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

interface Uploaded {
  readonly id: string;
  readonly url: string;
  readonly path: string;
  readonly [field: string]: unknown;
}
type Part = readonly [field: string, value: string | Blob, name?: string];

async function upload(api: ApiClient, parts: readonly Part[], workspace = 'acme') {
  const form = new FormData();
  for (const [field, value, name] of parts)
    if (typeof value === 'string') form.append(field, value);
    else form.append(field, value, name);
  const { status, body } = await api.call('POST', `/workspaces/${workspace}/files`, undefined, { text: form });
  return { status, body: body as JsonObject, files: body as unknown as readonly Uploaded[] };
}
const text = (content: string, type = 'text/plain') => new Blob([content], { type });
const one = async (
  api: ApiClient,
  fields: { readonly [name: string]: string } = {},
  content = 'hello',
): Promise<Uploaded> => {
  const { status, files } = await upload(api, [['f', text(content), 'a.txt'], ...Object.entries(fields)]);
  expect(status).toBe(200);
  return files[0] as Uploaded;
};
const below = ({ path }: Pick<Uploaded, 'path'>): string => `/files/${path}`;
const download = (api: ApiClient, file: Uploaded, headers = {}, query = '') =>
  api.call('GET', below(file) + query, undefined, { headers });
const onDisk = (): readonly string[] => {
  const dir = join(product.dataDir, 'uploads', 'acme');
  return existsSync(dir) ? readdirSync(dir) : [];
};

it('takes any number of files and data URIs, each with what is said of it', async () => {
  const { status, files } = await upload(ann, [
    ...[['a', text('<b>'), 'Bericht Ü.html'] as const, ['metadata.kind', 'x'] as const, ['public', 'false'] as const],
    ...[['b', 'data:image/png;filename:b.png;base64,iVBORw=='] as const, ['public', 'true'] as const],
    ...[['metadata.kind', 'y'] as const, ['expiresAfter', '600'] as const],
  ]);
  expect(status).toBe(200);
  const common = { workspaceId: 'acme', createdBy: 'ann', expiresAfter: 600 };
  expect(files).toMatchObject([
    { ...common, name: 'Bericht Ü.html', mimetype: 'text/plain', size: 3, public: false, metadata: { kind: 'x' } },
    { ...common, name: 'b.png', mimetype: 'image/png', size: 4, public: true, metadata: { kind: 'y' } },
  ]);
  const [report] = files as [Uploaded];
  expect(report.path).toBe(`acme/${report.id}.Bericht Ü.html`);
  expect(report.url).toBe(
    `http://localhost:${new URL(product.url).port}/v2/files/acme/${report.id}.Bericht%20%C3%9C.html`,
  );
  expect(JSON.stringify(files)).not.toContain('secret');
  expect(
    (await fetch(report.url.replace('localhost', '127.0.0.1'), { headers: { authorization: 'Bearer ann' } })).status,
  ).toBe(200);
});

it('gives bytes that harm nobody', async () => {
  const { files } = await upload(ann, [['f', text('<script>alert(1)</script>', 'text/html'), 'x.html']]);
  const page = await download(nobody, files[0] as Uploaded);
  expect([page.status, page.body]).toEqual([200, '<script>alert(1)</script>']);
  expect(page.headers).toMatchObject({
    ...{ 'content-type': 'text/html', 'content-length': '25', 'x-content-type-options': 'nosniff' },
    'content-disposition': "attachment; filename*=UTF-8''x.html",
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  });
});

it('answers what the client has, parts, and HEAD', async () => {
  const file = await one(ann, {}, '0123456789');
  const whole = await download(nobody, file);
  const etag = whole.headers['etag'] ?? '';
  expect((await download(nobody, file, { 'if-none-match': etag })).status).toBe(304);
  const part = await download(nobody, file, { range: 'bytes=2-4', 'if-range': etag });
  expect([part.status, part.body, part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
  expect((await download(nobody, file, { range: 'bytes=2-4', 'if-range': '"other"' })).body).toBe('0123456789');
  expect((await download(nobody, file, { range: 'bytes=20-' })).status).toBe(200);
  const head = await fetch(`${product.url}/v2${below(file)}`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
});

it('shows a private file to whoever has uploaded it, may read it, or has a token', async () => {
  const file = await one(ann, { public: 'false', shareToken: 'a-token-to-share' });
  const statusOf = async (api: ApiClient, query = '') => (await download(api, file, {}, query)).status;
  expect(await Promise.all([ann, owner, bob, nobody].map((api) => statusOf(api)))).toEqual([200, 200, 403, 403]);
  expect(await statusOf(nobody, '?token=a-token-to-share')).toBe(200);
  expect(await statusOf(nobody, '?token=a-token-to-shar')).toBe(403);
  expect(await statusOf(nobody, '?token=')).toBe(403);

  expect((await bob.call('POST', `/workspaces/acme/files/${file.id}/share`, {})).status).toBe(403);
  const shared = await ann.ok('POST', `/workspaces/acme/files/${file.id}/share`, { expiresIn: 1 });
  expect(shared).toMatchObject({ expiresIn: 1 });
  const { search } = new URL(String(shared['url']));
  expect(search).toMatch(/^\?token=[0-9a-f]{74,76}$/);
  expect(await statusOf(nobody, search)).toBe(200);
  await eventually('the token has expired', async () => (await statusOf(nobody, search)) === 403);

  // A new share token takes the place of the old one; none opens it any more.
  const { shareToken } = await ann.ok('PATCH', `/workspaces/acme/files/${file.id}`, { shareToken: true });
  expect([
    await statusOf(nobody, '?token=a-token-to-share'),
    await statusOf(nobody, `?token=${shareToken as string}`),
  ]).toEqual([403, 200]);
  await ann.ok('PATCH', `/workspaces/acme/files/${file.id}`, { shareToken: null });
  expect(await statusOf(nobody, `?token=${shareToken as string}`)).toBe(403);
  await ann.ok('PATCH', `/workspaces/acme/files/${encodeURIComponent(file.path)}`, { public: true });
  expect(await statusOf(nobody)).toBe(200);
  // Tokens of addresses are no business of the log.
  expect(product.output()).not.toContain('a-token-to-share');
});

it('lets whoever has uploaded a file change and delete it, and nobody else but owners', async () => {
  const file = await one(ann);
  const at = `/workspaces/acme/files/${file.id}`;
  for (const [method, body] of [['GET'], ['PATCH', { public: false }], ['DELETE']] as const)
    expect([
      (await bob.call(method, at, body as Json)).status,
      (await nobody.call(method, at, body as Json)).status,
    ]).toEqual([403, 401]);
  const changed = await ann.ok('PATCH', at, { metadata: { n: 1 }, expiresAfter: 100 });
  expect(changed).toMatchObject({ metadata: { n: 1 }, expiresAfter: 100, public: true, updatedBy: 'ann' });
  expect(await ann.ok('GET', `/workspaces/acme/files/${file.path}`)).toEqual(changed);
  expect(onDisk()).toContain(file.id);
  expect(await ann.ok('DELETE', at)).toEqual({ id: file.id });
  expect([(await ann.call('GET', at)).status, (await download(nobody, file)).status]).toEqual([404, 404]);
  expect(onDisk()).not.toContain(file.id);
});

it('lists, a page at a time, for whoever decides about security', async () => {
  for (const n of ['3', '1', '2']) await one(ann, { 'metadata.list': 'it', 'metadata.n': n }, 'x'.repeat(Number(n)));
  const list = async (query: string): Promise<readonly unknown[]> =>
    ((await owner.ok('GET', `/workspaces/acme/files?metadata.list=it${query}`))['list'] as readonly JsonObject[]).map(
      ({ size }) => size,
    );
  expect(await list('')).toEqual([2, 1, 3]);
  expect(await list('&sort=size')).toEqual([1, 2, 3]);
  expect(await list('&sort=size&limit=2&page=1')).toEqual([3]);
  expect(await list('&metadata.n=2')).toEqual([2]);
  expect(await list('&createdBy=bob')).toEqual([]);
  expect((await ann.call('GET', '/workspaces/acme/files')).status).toBe(403);
});

it('refuses what is too large, forbidden, or no file, and keeps nothing of it', async () => {
  const before = onDisk().length;
  const refusal = async (parts: readonly Part[]) => {
    const { status, body } = await upload(ann, parts);
    return [status, body['error']];
  };
  const fine: Part = ['a', text('fine'), 'a.txt'];
  expect(await refusal([fine, ['f', text('x'.repeat(100_001)), 'a.txt']])).toEqual([413, 'InvalidUploadError']);
  expect(await refusal([fine, ['f', text('x'.repeat(100_000)), 'b.txt'], ['public', 'perhaps']])).toEqual([
    400,
    'RequestValidationError',
  ]);
  expect(await refusal([fine, ['f', text('x', 'model/obj'), 'a.obj']])).toEqual([400, 'InvalidUploadError']);
  expect(await refusal([fine, ['f', text('x', 'application/x-sh'), 'a']])).toEqual([400, 'InvalidUploadError']);
  // The name tells what the type does not.
  expect(await refusal([fine, ['f', text('x', 'image/png'), 'a.sh']])).toEqual([400, 'InvalidUploadError']);
  expect(await refusal([['public', 'true']])).toEqual([400, 'MissingFieldError']);
  expect(await refusal([fine, ['role', 'owner']])).toEqual([400, 'RequestValidationError']);
  expect(onDisk()).toHaveLength(before);
  expect(readdirSync(join(product.dataDir, 'uploads', '.drafts'))).toEqual([]);
});

it('judges each file by the rules of the workspace', async () => {
  const { id } = await owner.ok('POST', '/workspaces', { name: 'Pictures' });
  const rules: readonly JsonObject[] = [
    { action: 'create', subject: 'files', inverted: true, reason: 'Pictures only' },
    { action: 'create', subject: 'files', conditions: { mimetype: { $regex: '^image/' } } },
  ];
  await owner.ok('PUT', `/workspaces/${String(id)}/security`, { authorizations: { rules } });
  const ask = async (type: string) => await upload(ann, [['f', text('x', type), 'f']], String(id));
  expect((await ask('image/png')).status).toBe(200);
  expect(await ask('text/plain')).toMatchObject({
    status: 403,
    body: { error: 'ForbiddenError', message: 'Pictures only' },
  });
});

it('serves a workspace its photo', async () => {
  const photo = await upload(owner, [['photo', 'data:image/png;filename:p.png;base64,iVBORw==']]);
  const { url } = photo.files[0] as Uploaded;
  expect((await owner.ok('PATCH', '/workspaces/acme', { photo: url }))['photo']).toBe(url);
});

it('has everything after a restart, and removes what has expired', async () => {
  const [kept, expiring] = [await one(ann, { public: 'false' }, 'kept'), await one(ann, { expiresAfter: '1' })];
  const shared = await ann.ok('POST', `/workspaces/acme/files/${kept.id}/share`, { expiresIn: 600 });
  await eventually('it has expired', async () => (await download(nobody, expiring)).status === 404);
  expect((await owner.call('GET', `/workspaces/acme/files/${expiring.id}`)).status).toBe(404);
  await product.restart();
  const { search } = new URL(String(shared['url']));
  expect((await download(nobody, kept, {}, search)).body).toBe('kept');
  await eventually('its bytes are gone', async () => !onDisk().includes(expiring.id));
  expect(onDisk()).toContain(kept.id);
});

it('goes with its workspace: a later one of the same name finds none', async () => {
  const { id } = await ann.ok('POST', '/workspaces', { name: 'Short-lived', slug: 'short-lived' });
  const { files } = await upload(ann, [['f', text('x'), 'a.txt']], String(id));
  const dir = join(product.dataDir, 'uploads', String(id));
  expect(readdirSync(dir)).toHaveLength(1);
  await ann.ok('DELETE', `/workspaces/${String(id)}`);
  expect(existsSync(dir)).toBe(false);
  expect((await download(nobody, files[0] as Uploaded)).status).toBe(404);
});
