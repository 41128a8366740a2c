/** Attacks on uploads and downloads of a product that serves the workspaces `acme` and `other`. */
import type { Json } from '../../../shared/core/json';
import type { ApiClient } from '../api-client';
import type { Answer } from '../workspace-client';

export interface FileStage {
  readonly owner: ApiClient;
  readonly nobody: ApiClient;
}
export type FileAttack = readonly [
  name: string,
  status: number,
  error: string,
  request: (stage: FileStage) => Promise<Answer>,
];

const FILES = '/workspaces/acme/files';
const form = (parts: string, end = '--b--\r\n') => ({
  text: parts + end,
  headers: { 'content-type': 'multipart/form-data; boundary=b' },
});
const part = (head: string, content = 'x') => `--b\r\ncontent-disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
const post = ({ owner }: FileStage, parts: string, end?: string) =>
  owner.call('POST', FILES, undefined, form(parts, end));
const json = ({ owner }: FileStage, body: Json) => owner.call('POST', FILES, body);
const data = (mimetype: string, name = 'a') => `data:${mimetype};filename:${name};base64,eA==`;

/** A private file of the owner's. */
async function aFile({ owner }: FileStage): Promise<{ readonly id: string; readonly at: string }> {
  const { body } = await owner.call('POST', FILES, { file: data('text/plain', 'a.txt'), public: false });
  const [{ id, path }] = body as unknown as [{ id: string; path: string }];
  return { id, at: `/files/${path}` };
}
const withToken = async (stage: FileStage, token: (genuine: string) => string): Promise<Answer> => {
  const { id, at } = await aFile(stage);
  const shared = await stage.owner.ok('POST', `${FILES}/${id}/share`, { expiresIn: 60 });
  const genuine = new URL(String(shared['url'])).searchParams.get('token') ?? '';
  return stage.nobody.call('GET', `${at}?token=${encodeURIComponent(token(genuine))}`);
};
const later = (genuine: string): string => genuine.slice(0, 64) + (Date.now() + 9e9).toString(16);

export const fileAttacks: readonly FileAttack[] = [
  [
    'a file that is too large',
    413,
    'InvalidUploadError',
    (s) => post(s, part('name="f"; filename="a"', 'x'.repeat(10_000_001))),
  ],
  [
    'a file that is too large as a data URI',
    413,
    'InvalidUploadError',
    (s) => json(s, { f: `data:text/plain;base64,${'A'.repeat(13_400_000)}` }),
  ],
  [
    'fields that are too large',
    413,
    'InvalidUploadError',
    (s) => post(s, part('name="metadata.k"', 'x'.repeat(20_100_000))),
  ],
  [
    'two thousand parts',
    400,
    'RequestValidationError',
    (s) => post(s, part('name="f"; filename="a"', '').repeat(2_000)),
  ],
  ['a form without an end', 400, 'RequestValidationError', (s) => post(s, part('name="f"; filename="a"'), '')],
  [
    'a form without a boundary',
    400,
    'RequestValidationError',
    ({ owner }) =>
      owner.call('POST', FILES, undefined, { text: 'x', headers: { 'content-type': 'multipart/form-data' } }),
  ],
  [
    'a part without a name of a field that is text',
    400,
    'RequestValidationError',
    (s) => post(s, part('name=""', 'text')),
  ],
  ['a type that is none', 400, 'InvalidUploadError', (s) => json(s, { f: data('text/html\r\nset-cookie: a=b') })],
  ['a type that is not allowed', 400, 'InvalidUploadError', (s) => json(s, { f: data('model/obj') })],
  [
    'a field that only the platform writes',
    400,
    'RequestValidationError',
    (s) => json(s, { f: data('text/plain'), createdBy: 'eve' }),
  ],
  [
    'metadata of a prototype',
    400,
    'RequestValidationError',
    (s) => json(s, { f: data('text/plain'), 'metadata.__proto__': 'x' }),
  ],
  [
    'a share token that is guessed',
    400,
    'RequestValidationError',
    (s) => json(s, { f: data('text/plain'), shareToken: '1' }),
  ],
  ['nobody uploads', 401, 'AuthenticationError', ({ nobody }) => nobody.call('POST', FILES, { f: data('text/plain') })],
  [
    'nobody uploads with a key that nobody has',
    401,
    'AuthenticationError',
    ({ nobody }) =>
      nobody.call('POST', FILES, { f: data('text/plain') }, { headers: { 'x-prismeai-api-key': 'guessed' } }),
  ],
  [
    'a download that climbs',
    404,
    'ObjectNotFoundError',
    ({ owner }) => owner.call('GET', '/files/acme/..%2F..%2Fostinato.db'),
  ],
  [
    'a download that climbs behind an id',
    404,
    'ObjectNotFoundError',
    async (s) => s.owner.call('GET', `/files/acme/${(await aFile(s)).id}.%2F..%2F..%2Fostinato.db`),
  ],
  [
    'a download from a workspace that climbs',
    404,
    'NotFoundError',
    ({ owner }) => owner.call('GET', '/files/..%2F..%2Fetc/passwd'),
  ],
  ['a download of the drafts', 404, 'NotFoundError', ({ owner }) => owner.call('GET', '/files/.drafts/a')],
  [
    'a file by its path that climbs',
    404,
    'ObjectNotFoundError',
    ({ owner }) => owner.call('GET', `${FILES}/..%2F..%2Fostinato.db`),
  ],
  [
    'a file of another workspace, by id',
    404,
    'ObjectNotFoundError',
    async (s) => s.owner.call('GET', `/workspaces/other/files/${(await aFile(s)).id}`),
  ],
  [
    'a file of another workspace, by path',
    404,
    'ObjectNotFoundError',
    async (s) => s.owner.call('DELETE', `/workspaces/other/files/${(await aFile(s)).at.slice('/files/'.length)}`),
  ],
  [
    'a file of another workspace, downloaded',
    404,
    'ObjectNotFoundError',
    async (s) => s.owner.call('GET', (await aFile(s)).at.replace('/acme/', '/other/')),
  ],
  [
    'a file by an id with a wildcard',
    404,
    'ObjectNotFoundError',
    ({ owner }) => owner.call('GET', `${FILES}/${'%25'.repeat(26)}`),
  ],
  ['a private file', 403, 'ForbiddenError', async (s) => s.nobody.call('GET', (await aFile(s)).at)],
  ['a token with a later end', 403, 'ForbiddenError', (s) => withToken(s, later)],
  [
    'a token of another file',
    403,
    'ForbiddenError',
    async (s) => {
      const { at } = await aFile(s);
      const { id } = await aFile(s);
      const { url } = await s.owner.ok('POST', `${FILES}/${id}/share`, {});
      return s.nobody.call('GET', `${at}?token=${new URL(String(url)).searchParams.get('token')}`);
    },
  ],
  ['a token that says undefined', 403, 'ForbiddenError', (s) => withToken(s, () => 'undefined')],
  ['an empty token', 403, 'ForbiddenError', (s) => withToken(s, () => '')],
  [
    'two tokens',
    403,
    'ForbiddenError',
    (s) =>
      withToken(s, (genuine) => genuine).then(async () =>
        s.nobody.call('GET', `${(await aFile(s)).at}?token=a&token=b`),
      ),
  ],
  [
    'a range of a private file',
    403,
    'ForbiddenError',
    async (s) => s.nobody.call('GET', (await aFile(s)).at, undefined, { headers: { range: 'bytes=0-0' } }),
  ],
  [
    'a private file by its digest',
    403,
    'ForbiddenError',
    async (s) => s.nobody.call('GET', (await aFile(s)).at, undefined, { headers: { 'if-none-match': '*' } }),
  ],
  [
    'a sort that is SQL',
    400,
    'RequestValidationError',
    ({ owner }) => owner.call('GET', `${FILES}?sort=id)%3BDROP TABLE files--`),
  ],
  [
    'a filter that is SQL',
    400,
    'RequestValidationError',
    ({ owner }) => owner.call('GET', `${FILES}?metadata.a')%3D1 OR 1%3D1--=x`),
  ],
  ['a filter by the secret', 400, 'RequestValidationError', ({ owner }) => owner.call('GET', `${FILES}?secret=x`)],
  [
    'a million files at once',
    400,
    'RequestValidationError',
    ({ owner }) => owner.call('GET', `${FILES}?limit=1000000`),
  ],
  [
    'a change of whose it is',
    400,
    'RequestValidationError',
    async (s) => s.owner.call('PATCH', `${FILES}/${(await aFile(s)).id}`, { createdBy: 'eve' }),
  ],
  [
    'a change of where it is',
    400,
    'RequestValidationError',
    async (s) =>
      s.owner.call('PATCH', `${FILES}/${(await aFile(s)).at.slice('/files/'.length)}`, { workspaceId: 'other' }),
  ],
];
