/** Files of a workspace over HTTP: uploaded, had by whom it says, shared for a while, gone with the workspace. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const security = `
authorizations:
  roles: { clerk: {} }
  rules:
    - { role: clerk, action: [read, delete], subject: files, conditions: { metadata.kind: bill } }
    - { role: clerk, action: update, subject: files, conditions: { createdBy: '\${user.id}' } }
`;
const folder = servedFolder({ shop: { 'index.yml': 'name: Shop\n', 'security.yml': security } });
let product: Product;
let owner: ApiClient;
let ed: ApiClient;
let clerk: ApiClient;
let stranger: ApiClient;
let nobody: ApiClient;

beforeAll(async () => {
  const user = (token: string, role?: string) => ({ token, roles: role === undefined ? {} : { shop: role } });
  product = await startProduct(folder.path, {
    OSTINATO_USERS: JSON.stringify({
      ed: user('token-of-ed', 'editor'),
      carl: user('token-of-carl', 'clerk'),
      mia: user('token-of-mia'),
    }),
    UPLOADS_FORBIDDEN_MIMETYPES: 'application/x-msdownload',
    UPLOADS_MAX_SIZE: '2000',
    UPLOADS_DEFAULT_VISIBILITY: 'private',
  });
  owner = apiClient(product.url, 'owner-of-the-tests');
  ed = apiClient(product.url, 'token-of-ed');
  clerk = apiClient(product.url, 'token-of-carl');
  stranger = apiClient(product.url, 'token-of-mia');
  nobody = apiClient(product.url, null);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

interface FileBody extends JsonObject {
  id: string;
  name: string;
  url: string;
  path: string;
}
type Fields = readonly (readonly [string, string | Blob, string?])[];

async function upload(who: ApiClient, fields: Fields) {
  const form = new FormData();
  for (const [field, value, name] of fields)
    if (typeof value === 'string') form.append(field, value);
    else form.append(field, value, name);
  return who.call('POST', '/workspaces/shop/files', undefined, { text: form });
}
async function uploaded(who: ApiClient, fields: Fields): Promise<readonly FileBody[]> {
  const { status, body } = await upload(who, fields);
  expect(status).toBe(200);
  return body as unknown as readonly FileBody[];
}
const oneOf = async (who: ApiClient, fields: Fields = [], type = 'text/plain'): Promise<FileBody> => {
  const [file] = await uploaded(who, [['file', new Blob(['hello'], { type }), 'hello.txt'], ...fields]);
  if (!file) throw new Error('cannot happen: one file was sent');
  return file;
};
const bytesOf = (who: ApiClient, { path }: FileBody, query = '') => who.download('GET', `/files/${path}${query}`);
const of = (who: ApiClient, file: { readonly id: string }) => ({
  get: () => who.call('GET', `/workspaces/shop/files/${file.id}`),
  patch: (change: JsonObject) => who.call('PATCH', `/workspaces/shop/files/${file.id}`, change),
  remove: () => who.call('DELETE', `/workspaces/shop/files/${file.id}`),
  share: (body: JsonObject) => who.ok('POST', `/workspaces/shop/files/${file.id}/share`, body),
});

it('takes several files at once, with what is said of each', async () => {
  const files = await uploaded(stranger, [
    ['one', new Blob(['hello'], { type: 'Text/Plain;charset=utf-8' }), '../Été 1.txt'],
    ['two', 'data:image/png;filename:dot.png;base64,AAEC'],
    ['public', 'true'],
    ['public', 'false'],
    ['metadata.kind', 'bill'],
    ['expiresAfter', '60'],
  ]);
  expect(files).toMatchObject([
    {
      ...{ name: 'Été 1.txt', mimetype: 'text/plain', size: 5, workspaceId: 'shop', public: true },
      ...{ metadata: { kind: 'bill' }, expiresAfter: 60, createdBy: 'mia' },
    },
    { name: 'dot.png', mimetype: 'image/png', size: 3, public: false, metadata: { kind: 'bill' } },
  ]);
  const [text] = files as [FileBody];
  expect(text.path).toBe(`shop/${text.id}.Ete-1.txt`);
  expect(text.url.replace('localhost', '127.0.0.1')).toBe(`${product.url}/v2/files/${text.path}`);
  const { status, headers, bytes } = await bytesOf(nobody, text);
  expect([status, headers.get('content-type'), headers.get('content-length'), bytes.toString()]).toEqual([
    ...[200, 'text/plain', '5', 'hello'],
  ]);
  // It may be a page that somebody else wrote: it runs nothing here.
  expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
  expect(headers.get('content-disposition')).toBe("inline; filename*=UTF-8''%C3%89t%C3%A9%201.txt");
  expect(JSON.stringify(files)).not.toContain('secret');
});

it.each<[string, number, string, Fields]>([
  ['no file', 400, 'MissingFieldError', [['public', 'true']]],
  ['a field that is no file', 400, 'RequestValidationError', [['file', 'hello']]],
  ['a type that is not taken', 400, 'InvalidUploadError', [['f', 'data:chemical/x-pdb;base64,AA==']]],
  ['a forbidden type', 400, 'InvalidUploadError', [['f', 'data:application/x-msdownload;base64,AA==']]],
  ['a large file', 413, 'InvalidUploadError', [['f', new Blob(['x'.repeat(2_001)]), 'x']]],
  ['a large data URI', 413, 'InvalidUploadError', [['f', `data:text/plain;base64,${'AAAA'.repeat(700)}`]]],
  [
    'an odd choice',
    400,
    'RequestValidationError',
    [
      ['f', 'data:text/plain;base64,AA=='],
      ['public', 'perhaps'],
    ],
  ],
  [
    'an odd time',
    400,
    'RequestValidationError',
    [
      ['f', 'data:text/plain;base64,AA=='],
      ['expiresAfter', '-1'],
    ],
  ],
  [
    'odd metadata',
    400,
    'RequestValidationError',
    [
      ['f', 'data:text/plain;base64,AA=='],
      ['metadata.a b', 'x'],
    ],
  ],
])('refuses %s', async (_what, status, error, fields) =>
  expect(await upload(stranger, fields)).toMatchObject({ status, body: { error } }),
);

it('stores none of several files when one of them is refused', async () => {
  const before = ((await owner.ok('GET', '/workspaces/shop/files'))['list'] as readonly unknown[]).length;
  await upload(owner, [
    ['good', 'data:text/plain;base64,AA=='],
    ['bad', 'data:chemical/x-pdb;base64,AA=='],
  ]);
  expect((await owner.ok('GET', '/workspaces/shop/files'))['list']).toHaveLength(before);
});

it('takes files from whoever is known, and from nobody else', async () => {
  expect((await upload(nobody, [['f', 'data:text/plain;base64,AA==']])).status).toBe(401);
  const anyKey = { headers: { 'x-prismeai-api-key': 'none' } };
  const body = { file: 'data:text/plain;base64,AA==' };
  expect((await nobody.call('POST', '/workspaces/shop/files', body, anyKey)).status).toBe(401);
  expect((await stranger.call('POST', '/workspaces/nothere/files', body)).status).toBe(404);
});

it('gives a private file to who may read it', async () => {
  const file = await oneOf(stranger, [['metadata.kind', 'bill']]);
  const other = await oneOf(stranger);
  const codes = (which: FileBody) =>
    Promise.all([owner, ed, clerk, stranger, nobody].map(async (who) => (await bytesOf(who, which)).status));
  expect(await codes(file)).toEqual([200, 200, 200, 403, 403]);
  expect(await codes(other)).toEqual([200, 200, 403, 403, 403]);
  expect((await of(clerk, file).get()).body).toEqual(file);
  expect((await of(stranger, file).get()).status).toBe(403);
  expect((await of(clerk, file).patch({ public: true })).status).toBe(403);
  expect((await of(clerk, await oneOf(clerk)).patch({ public: true })).status).toBe(200);
  expect((await of(clerk, other).remove()).status).toBe(403);
  expect(await of(clerk, file).remove()).toMatchObject({ status: 200, body: { id: file.id } });
  expect((await bytesOf(owner, file)).status).toBe(404);
});

it('opens with the token that a file is shared with, until it is taken back', async () => {
  const file = await oneOf(ed, [['shareToken', 'true']]);
  const token = String(file['shareToken']);
  expect((await bytesOf(nobody, file)).status).toBe(403);
  expect((await bytesOf(nobody, file, `?token=${token}`)).status).toBe(200);
  const { body } = await of(ed, file).patch({ shareToken: true });
  expect((await bytesOf(nobody, file, `?token=${token}`)).status).toBe(403);
  expect((await bytesOf(nobody, file, `?token=${String((body as JsonObject)['shareToken'])}`)).status).toBe(200);
  expect((await of(ed, file).patch({ shareToken: false })).body).not.toHaveProperty('shareToken');
  expect((await bytesOf(nobody, file, '?token=undefined')).status).toBe(403);
});

it('makes addresses that open one file for a while', async () => {
  const [file, other] = [await oneOf(ed), await oneOf(ed)];
  const { url, expiresIn } = await of(ed, file).share({ expiresIn: 2 });
  expect(expiresIn).toBe(2);
  const token = new URL(String(url)).searchParams.get('token') ?? '';
  expect(token).toMatch(/^[0-9a-f]{64}[0-9a-f]+$/);
  expect((await fetch(String(url))).status).toBe(200);
  expect((await bytesOf(nobody, other, `?token=${token}`)).status).toBe(403);
  const later = token.slice(0, 64) + (Date.now() + 1_000_000).toString(16);
  expect((await bytesOf(nobody, file, `?token=${later}`)).status).toBe(403);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  expect((await bytesOf(nobody, file, `?token=${token}`)).status).toBe(403);
  expect((await of(ed, file).share({}))['expiresIn']).toBe(60);
});

it('lists files for who decides about rights, by what they say of themselves', async () => {
  const [first, second] = [await oneOf(ed, [['metadata.of', 'list']]), await oneOf(ed, [['metadata.of', 'list']])];
  await of(ed, second).patch({ public: true, metadata: { of: 'list', n: '2' } });
  const listed = async (query: string) =>
    ((await owner.ok('GET', `/workspaces/shop/files?metadata.of=list${query}`))['list'] as FileBody[]).map(
      ({ id }) => id,
    );
  expect(await listed('')).toEqual([second.id, first.id]);
  expect(await listed('&sort=createdAt&limit=1')).toEqual([first.id]);
  expect(await listed('&limit=1&page=1')).toEqual([first.id]);
  expect(await listed('&public=true')).toEqual([second.id]);
  expect(await listed('&metadata.n=2&mimetype=text/plain')).toEqual([second.id]);
  expect((await owner.call('GET', '/workspaces/shop/files?color=red')).status).toBe(400);
  expect((await ed.call('GET', '/workspaces/shop/files')).status).toBe(403);
});

it('changes files, by id or by path, and refuses what is no field of them', async () => {
  const file = await oneOf(ed);
  const path = encodeURIComponent(file.path);
  expect(await ed.call('GET', `/workspaces/shop/files/${path}`)).toMatchObject({ status: 200, body: { id: file.id } });
  expect((await of(ed, file).patch({ expiresAfter: 1 })).body).toHaveProperty('expiresAt');
  expect((await of(ed, file).patch({ expiresAfter: null })).body).not.toHaveProperty('expiresAt');
  const wrongOnes: readonly JsonObject[] = [
    { workspaceId: 'other' },
    { metadata: { k: 1 } },
    { expiresAfter: 0 },
    { shareToken: 'mine' },
  ];
  for (const wrong of wrongOnes) expect((await of(ed, file).patch(wrong)).status).toBe(400);
  await of(ed, file).patch({ expiresAfter: 1 });
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await bytesOf(ed, file)).status).toBe(404);
});

it('removes the files with their workspace', async () => {
  const { id } = await owner.ok('POST', '/workspaces', { name: 'Short life' });
  const [file] = (
    await owner.ok('POST', `/workspaces/${String(id)}/files`, { f: 'data:text/plain;base64,AA==', public: 'true' })
  )['list'] as FileBody[];
  if (!file) throw new Error('cannot happen: one file was sent');
  expect((await bytesOf(nobody, file)).status).toBe(200);
  expect(existsSync(join(product.dataDir, 'uploads', String(id), file.id))).toBe(true);
  await owner.ok('DELETE', `/workspaces/${String(id)}`);
  expect((await bytesOf(nobody, file)).status).toBe(404);
  expect(existsSync(join(product.dataDir, 'uploads', String(id)))).toBe(false);
});
