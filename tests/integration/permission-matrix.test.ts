/** (role, policy, rule or key) x (operation) x (own or foreign workspace), each through HTTP on the whole product. */
import type { Json, JsonObject } from '../../shared/core/json';
import { matrixRows, readMatrix, type MatrixRow } from '../support/permission-matrix';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const hello = '{name: Hello, when: {endpoint: true}, do: [], output: {hello: true}}';
const restricted =
  '{name: Restricted, when: {endpoint: true}, authorizations: {action: handle}, do: [], output: {done: true}}';
const folder = servedFolder({ own: { hello, restricted }, foreign: { hello, restricted } });
const matrix = readMatrix();
const rows = matrixRows(matrix);

const people = [...new Set(Object.values(matrix.callers).flatMap(({ token }) => token ?? [])), 'zoe', 'olga'];
const users = Object.fromEntries(
  people.map((id) => [id, { token: id, ...(id === 'boss' && { roles: { '*': 'superadmin' } }) }]),
);

let product: Product;
let key = '';

interface Asked {
  readonly token?: string;
  readonly key?: string;
  readonly body?: Json;
}

async function ask(method: string, path: string, asked: Asked): Promise<{ status: number; body: JsonObject }> {
  const answer = await fetch(`${product.url}/v2/workspaces/${path}`.replace(/\/$/, ''), {
    method: method.toUpperCase(),
    headers: {
      ...(asked.token !== undefined && { authorization: `Bearer ${asked.token}` }),
      ...(asked.key !== undefined && { 'x-prismeai-api-key': asked.key }),
      ...(asked.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(asked.body !== undefined && { body: JSON.stringify(asked.body) }),
  });
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, body: isJson ? ((await answer.json()) as JsonObject) : {} };
}

/** Names of files by what the matrix calls them, for each workspace. */
const files = new Map<string, string>();

async function upload(place: string, isPublic: boolean): Promise<string> {
  const body = { file: 'data:text/plain;filename:a.txt;base64,YQ==', public: isPublic };
  const [file] = (await asOwner('post', `${place}/files`, body)) as unknown as readonly JsonObject[];
  return String(file?.['id']);
}

async function pathOf({ place, path }: MatrixRow): Promise<string> {
  const fresh = path.includes('{fresh}') ? await upload(place, false) : '';
  const filled = path
    .replace('{fresh}', fresh)
    .replace(/\{(file|public)\}/, (_, which: string) => files.get(`${place} ${which}`) ?? '');
  const download = /^download\/(.*)$/.exec(filled);
  return download ? `../files/${place}/${download[1]}.a.txt` : `${place}/${filled}`;
}

const asOwner = async (method: string, path: string, body: Json): Promise<JsonObject> => {
  const answer = await ask(method, path, { token: OWNER_TOKEN, body });
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
};

beforeAll(async () => {
  product = await startProduct(folder.path, { OSTINATO_USERS: JSON.stringify(users) });
  await asOwner('put', 'own/security', matrix.security);
  for (const share of matrix.shares) await asOwner('post', 'own/permissions', share);
  key = String((await asOwner('post', 'own/security/apikeys', matrix.key))['apiKey']);
  for (const workspace of ['own', 'foreign']) {
    await product.workspace(workspace).emit('note', { n: 1 });
    await product.workspace(workspace).until('note', {}, { count: 1 });
    files.set(`${workspace} file`, await upload(workspace, false));
    files.set(`${workspace} public`, await upload(workspace, true));
  }
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

it('has some hundred rows', () => expect(rows.length).toBeGreaterThanOrEqual(300));

describe.each(Object.keys(matrix.callers))('%s', (caller) => {
  it.each(rows.filter((row) => row.caller === caller).map((row) => [`${row.operation}, ${row.place}`, row] as const))(
    '%s',
    async (_, row) => {
      const { status, body } = await ask(row.method, await pathOf(row), {
        ...credentials(row),
        ...bodyOf(row),
      });
      if (row.expected >= 100) expect([status, body['error'] ?? null]).toEqual([row.expected, errorOf(row.expected)]);
      else expect((body['result'] as { events: readonly Json[] }).events).toHaveLength(row.expected);
    },
  );
});

const credentials = ({ who }: MatrixRow) => ({
  ...(who.token !== undefined && { token: who.token }),
  ...(who.key !== undefined && { key: who.key === 'unknown' ? '6f1c0000-0000-4000-8000-000000000000' : key }),
});

const bodyOf = ({ body, place }: MatrixRow) =>
  body === undefined ? {} : { body: body === 'same' ? (place === 'own' ? matrix.security : {}) : body };

const errorOf = (status: number): string | null =>
  status === 403 ? 'ForbiddenError' : status === 401 ? 'AuthenticationError' : null;

it('tells the reason that the refusing rule gives', async () =>
  expect(await ask('post', 'own/events', { token: 'sue', body: { events: [{ type: 'sent' }] } })).toEqual({
    status: 403,
    body: {
      error: 'ForbiddenError',
      message: 'You have sent too many',
      details: { action: 'create', subjectType: 'events', subject: { type: 'sent' } },
    },
  }));
