/** What hostile clients send to the workspaces service: each refused by its documented status, in time, and logged. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { fileAttacks } from '../support/attacks/files';
import { eventually } from '../support/eventually';
import { hostileZip, type HostileEntry } from '../support/hostile-zip';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { send, type Answer } from '../support/workspace-client';

jest.setTimeout(60_000);

const WITHIN_MS = 2_000;
const folder = servedFolder({
  acme: { hello: 'name: Hello\nwhen: { endpoint: true }\ndo: []\noutput: { ok: true }\n' },
  other: { 'index.yml': 'name: Other\n' },
});
const outside = mkdtempSync(join(tmpdir(), 'ostinato-outside-'));
let product: Product;
let owner: ApiClient;

beforeAll(async () => {
  mkdirSync(join(folder.path, 'linked'));
  symlinkSync(outside, join(folder.path, 'linked', 'automations'));
  product = await startProduct(folder.path);
  owner = apiClient(product.url, 'owner-of-the-tests');
  // The validator of a service is made by its first request, whoever sends it.
  await automation({ slug: '..' });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
  rmSync(outside, { recursive: true });
}, 120_000);

const W = '/workspaces/acme';
const automation = (fields: object) => owner.call('POST', `${W}/automations`, { name: 'X', do: [], ...fields } as Json);
const patch = (body: object) => owner.call('PATCH', W, body as Json);
const source = (text: string, slug = 'x') =>
  owner.call('PUT', `${W}/automations/${slug}/source`, undefined, { text, headers: { 'content-type': 'text/yaml' } });
/** Sent as it is: some of it cannot be written as a value. */
const raw = (method: string, path: string, text: string): Promise<Answer> =>
  send(`${product.url}/v2${path}`, {
    method,
    text,
    headers: { authorization: 'Bearer owner-of-the-tests', 'content-type': 'application/json' },
  });
const zip = (...entries: HostileEntry[]) => owner.upload(`${W}/import`, 'a.zip', hostileZip(entries));
/** An archive of several workspaces: of `a`, unless the list says otherwise. */
const bulk = (inner: readonly HostileEntry[], list: object = { workspaceIds: ['a'] }, ...others: HostileEntry[]) =>
  owner.upload(
    '/workspaces/import',
    'bulk.zip',
    hostileZip([
      { name: 'bulkExport.json', content: typeof list === 'string' ? list : JSON.stringify(list) },
      { name: 'workspaces/a.zip', content: hostileZip(inner) },
      ...others,
    ]),
  );
const index = { name: 'v/index.yml', content: 'name: Evil\n' };
const git = async (config: object): Promise<Answer> => {
  await owner.ok('PATCH', W, { repositories: { r: { name: 'R', type: 'git', config } } } as Json);
  return owner.call('POST', `${W}/versions/latest/pull`, { repository: { id: 'r' } });
};
const laughs = Array.from({ length: 20 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}*l${n}]`).join('\n');
const bomb = `l0: &l0 [lol]\n${laughs}\n`;
const deep = (n: number) => `${'['.repeat(n)}${']'.repeat(n)}`;
const megabyte = (n: number) => Buffer.alloc(n * 1_048_576, 'a');

type Row = readonly [name: string, status: number, error: string, request: () => Promise<Answer>];

const rows: readonly Row[] = [
  // Paths that lead elsewhere.
  ['a slug that climbs', 400, 'InvalidSlugError', () => automation({ slug: '../../../etc/cron.d/x' })],
  ['a slug of two dots', 400, 'InvalidSlugError', () => automation({ slug: '..' })],
  ['an absolute slug', 400, 'InvalidSlugError', () => automation({ slug: '/etc/x' })],
  ['a slug with an empty step', 400, 'InvalidSlugError', () => automation({ slug: 'a//b' })],
  ['a slug that climbs inside', 400, 'InvalidSlugError', () => automation({ slug: 'a/../../b' })],
  ['a slug with a zero byte', 400, 'InvalidSlugError', () => automation({ slug: 'a\0b' })],
  ['a slug with a backslash', 400, 'InvalidSlugError', () => automation({ slug: '..\\x' })],
  ['a slug that is the platform’s', 400, 'InvalidSlugError', () => automation({ slug: '__index__' })],
  ['a slug of blanks', 400, 'InvalidSlugError', () => automation({ slug: '  ' })],
  [
    'a rename that climbs',
    400,
    'InvalidSlugError',
    () => owner.call('PATCH', `${W}/automations/hello`, { slug: '../x', name: 'X', do: [] }),
  ],
  [
    'an address that climbs',
    404,
    'ObjectNotFoundError',
    () => owner.call('GET', `${W}/automations/..%2F..%2Fother%2Findex`),
  ],
  ['a text put where it climbs', 400, 'InvalidSlugError', () => source('name: X\ndo: []\n', '..%2Findex')],
  ['a workspace that climbs', 404, 'NotFoundError', () => owner.call('GET', '/workspaces/..%2Fother')],
  ['a workspace with a zero byte', 400, 'RequestValidationError', () => owner.call('GET', '/workspaces/acme%00')],
  ['a workspace’s slug that climbs', 400, 'InvalidSlugError', () => patch({ slug: '../other' })],
  [
    'a whole document with a slug that climbs',
    400,
    'InvalidSlugError',
    () => owner.call('POST', '/workspaces', { name: 'Evil', automations: { '../../x': { name: 'X', do: [] } } }),
  ],
  [
    'an import that climbs in a whole document',
    400,
    'InvalidSlugError',
    () => owner.call('POST', '/workspaces', { name: 'Evil', imports: { '../x': { appSlug: 'a' } } }),
  ],
  [
    'a file to check that climbs',
    400,
    'RequestValidationError',
    () => owner.call('POST', `${W}/check`, { files: { '../x.yml': 'name: X' } }),
  ],
  ['a version that climbs', 400, 'InvalidVersionError', () => owner.call('POST', `${W}/versions`, { name: '../../x' })],
  [
    'a link that leads out of the folder',
    400,
    'InvalidSlugError',
    () => owner.call('POST', '/workspaces/linked/automations', { name: 'X', do: [] }),
  ],
  // YAML.
  [
    'a billion laughs',
    400,
    'InvalidAutomationError',
    () => source(`name: X\ndo: []\noutput:\n${bomb.replace(/^/gm, '  ')}`),
  ],
  ['an alias of itself', 400, 'InvalidAutomationError', () => source('name: X\ndo: []\noutput: &a [*a]\n')],
  ['lists in lists in lists', 400, 'InvalidAutomationError', () => source(`name: X\ndo: []\noutput: ${deep(5_000)}\n`)],
  ['fifty thousand open brackets', 400, 'InvalidAutomationError', () => source('['.repeat(50_000))],
  [
    'a tag that means code',
    400,
    'InvalidAutomationError',
    () => source('name: X\ndo: []\noutput: !!js/function "x"\n'),
  ],
  ['a merge key', 400, 'InvalidAutomationError', () => source('name: X\ndo: []\noutput: { <<: { a: 1 } }\n')],
  ['several documents in one', 400, 'InvalidAutomationError', () => source('name: X\ndo: []\n---\nname: Y\n')],
  ['a text under another’s name', 400, 'InvalidSlugError', () => source('hello:\n  name: X\n  do: []\n')],
  [
    'a bomb among files to check',
    413,
    'PayloadTooLarge',
    () => owner.call('POST', `${W}/check`, { files: { 'automations/x.yml': 'a'.repeat(6_000_000) } }),
  ],
  // Archives.
  [
    'a file of a hundred megabytes, packed',
    400,
    'InvalidUploadError',
    () => zip({ name: 'v/automations/x.yml', content: megabyte(100) }),
  ],
  [
    'fifty-five large files, packed',
    400,
    'InvalidUploadError',
    () => zip(...Array.from({ length: 55 }, (_, n) => ({ name: `v/automations/x${n}.yml`, content: megabyte(1) }))),
  ],
  [
    'a file that is larger than it says',
    400,
    'InvalidUploadError',
    () => zip({ name: 'v/automations/x.yml', content: megabyte(20), declared: 10 }),
  ],
  [
    'five thousand and one files',
    400,
    'InvalidUploadError',
    () => zip(...Array.from({ length: 5_001 }, (_, n) => ({ name: `v/automations/x${n}.yml`, content: '' }))),
  ],
  ['a file that climbs', 400, 'InvalidUploadError', () => zip({ name: '../../evil.yml', content: 'x' })],
  [
    'a file that climbs inside',
    400,
    'InvalidUploadError',
    () => zip({ name: 'v/automations/../../evil.yml', content: 'x' }),
  ],
  ['an absolute file', 400, 'InvalidUploadError', () => zip({ name: '/etc/evil.yml', content: 'x' })],
  ['a file with backslashes', 400, 'InvalidUploadError', () => zip({ name: 'v\\..\\evil.yml', content: 'x' })],
  ['a file with a drive', 400, 'InvalidUploadError', () => zip({ name: 'C:/evil.yml', content: 'x' })],
  [
    'the same file twice',
    400,
    'InvalidUploadError',
    () => zip({ name: 'v/automations/x.yml', content: 'a' }, { name: 'v/automations/x.yml', content: 'b' }),
  ],
  ['an archive without anything', 400, 'InvalidUploadError', () => zip()],
  ['no archive at all', 400, 'InvalidUploadError', () => owner.upload(`${W}/import`, 'a.zip', Buffer.from('PK no'))],
  [
    'half an archive',
    400,
    'InvalidUploadError',
    () =>
      owner.upload(`${W}/import`, 'a.zip', hostileZip([{ name: 'v/index.yml', content: 'name: X' }]).subarray(0, 40)),
  ],
  [
    'another kind of archive',
    400,
    'InvalidUploadError',
    () => owner.upload(`${W}/import`, 'a.tar.gz', Buffer.from('x')),
  ],
  [
    'an archive under another field',
    400,
    'MissingFieldError',
    () => owner.upload(`${W}/import`, 'a.zip', Buffer.from('x'), 'other'),
  ],
  [
    'an archive of eleven megabytes',
    413,
    'InvalidUploadError',
    () => owner.upload(`${W}/import`, 'a.zip', megabyte(11)),
  ],
  // Archives of several workspaces: all of it is looked at before anything comes in.
  [
    'several workspaces into one',
    400,
    'InvalidUploadError',
    () => zip({ name: 'bulkExport.json', content: '{"workspaceIds": ["a"]}' }, index),
  ],
  ['a bulk file that climbs', 400, 'InvalidUploadError', () => bulk([index], undefined, { name: '../evil.zip', content: 'x' })], // prettier-ignore
  ['a bulk workspace whose file climbs', 400, 'InvalidUploadError', () => bulk([{ name: '../../evil.yml', content: 'x' }])], // prettier-ignore
  [
    'a bulk id that climbs',
    400,
    'InvalidUploadError',
    () => bulk([index], { workspaceIds: ['../a'] }, { name: 'workspaces/x.zip', content: 'x' }),
  ],
  ['a bulk id that is missing', 400, 'InvalidUploadError', () => bulk([index], { workspaceIds: ['a', 'b'] })],
  ['a bulk id twice', 400, 'InvalidUploadError', () => bulk([index], { workspaceIds: ['a', 'a'] })],
  ['a bulk prototype', 400, 'InvalidUploadError', () => bulk([index], { workspaceIds: ['__proto__'] })],
  ['a bulk list without ids', 400, 'InvalidUploadError', () => bulk([index], { workspaceIds: [] })],
  ['a bulk list that is no JSON', 400, 'InvalidUploadError', () => bulk([index], '{' as never)],
  ['a bulk list nested too deep', 400, 'InvalidUploadError', () => bulk([index], deep(100_000) as never)],
  [
    'a thousand bulk ids',
    400,
    'InvalidUploadError',
    () => bulk([index], { workspaceIds: Array.from({ length: 1_000 }, (_, n) => `w${n}`) }),
  ],
  [
    'a bulk app of a workspace outside',
    400,
    'InvalidUploadError',
    () => bulk([index], { workspaceIds: ['a'], publishApps: [{ workspaceId: 'acme', slug: 'stolen' }] }),
  ],
  ['a bulk workspace that is no archive', 400, 'InvalidUploadError', () => bulk([index], { workspaceIds: ['a', 'b'] }, { name: 'workspaces/b.zip', content: 'PK no' })], // prettier-ignore
  [
    'a bulk archive in a bulk archive',
    400,
    'InvalidUploadError',
    () => bulk([{ name: 'bulkExport.json', content: '{"workspaceIds": ["a"]}' }, index]),
  ],
  [
    'a bulk workspace of a hundred megabytes, packed',
    400,
    'InvalidUploadError',
    () => bulk([index, { name: 'v/automations/x.yml', content: megabyte(100) }]),
  ],
  [
    'bulk workspaces that are too large together, packed',
    400,
    'InvalidUploadError',
    () => {
      const large = hostileZip(
        Array.from({ length: 30 }, (_, n) => ({ name: `v/automations/x${n}.yml`, content: megabyte(1) })),
      );
      return bulk([index], { workspaceIds: ['a', 'b', 'c'] }, { name: 'workspaces/b.zip', content: large }, { name: 'workspaces/c.zip', content: large }); // prettier-ignore
    },
  ],
  [
    'a bulk workspace of five thousand and one files',
    400,
    'InvalidUploadError',
    () => bulk(Array.from({ length: 5_001 }, (_, n) => ({ name: `v/automations/x${n}.yml`, content: '' }))),
  ],
  // Prototypes.
  ['a prototype at the top', 400, 'RequestValidationError', () => raw('PATCH', W, '{"__proto__": {"role": "owner"}}')],
  [
    'a prototype inside',
    400,
    'RequestValidationError',
    () => raw('PATCH', W, '{"config": {"value": {"__proto__": {"x": 1}}}}'),
  ],
  [
    'a prototype as an automation',
    400,
    'RequestValidationError',
    () => raw('PATCH', W, '{"automations": {"__proto__": {"name": "X", "do": []}}}'),
  ],
  ['a prototype as a slug', 400, 'InvalidSlugError', () => automation({ slug: '__proto__' })],
  [
    'a prototype among files',
    400,
    'RequestValidationError',
    () => raw('POST', `${W}/check`, '{"files": {"__proto__": "name: X"}}'),
  ],
  [
    'a prototype in a text',
    400,
    'InvalidAutomationError',
    () => source('name: X\ndo: []\n__proto__: { disabled: true }\n'),
  ],
  ['a prototype in the address', 404, 'ObjectNotFoundError', () => owner.call('GET', '/workspaces/__proto__')],
  ['a prototype as a version', 400, 'InvalidVersionError', () => owner.call('POST', `${W}/versions/__proto__/pull`)],
  // Fields that are not the caller's to set.
  ['rights', 400, 'RequestValidationError', () => patch({ permissions: { '*': { role: 'owner' } } })],
  ['an owner', 400, 'RequestValidationError', () => owner.call('POST', '/workspaces', { name: 'Mine', owner: 'me' })],
  ['a suspension', 400, 'RequestValidationError', () => patch({ suspended: false })],
  [
    'the date of a version',
    400,
    'RequestValidationError',
    () => owner.call('POST', `${W}/versions`, { name: 'v', createdAt: '2000-01-01' }),
  ],
  ['an unknown field of an automation', 400, 'RequestValidationError', () => automation({ superuser: true })],
  // Too much of everything.
  ['a document of six megabytes', 413, 'PayloadTooLarge', () => patch({ description: 'a'.repeat(6_000_000) })],
  ['an automation of two megabytes', 413, 'PayloadTooLarge', () => automation({ description: 'a'.repeat(2_000_000) })],
  ['a text of two megabytes', 413, 'PayloadTooLarge', () => source('#'.repeat(2_000_000))],
  ['a text of a million and one characters', 400, 'InvalidAutomationError', () => source('#'.repeat(1_000_001))],
  [
    'a document nested too deep',
    400,
    'RequestValidationError',
    () => raw('POST', `${W}/automations`, `{"name": "X", "do": [], "output": ${deep(20_000)}}`),
  ],
  [
    'three hundred thousand values',
    400,
    'RequestValidationError',
    () => raw('POST', `${W}/automations`, `{"name": "X", "do": [], "output": [${'0,'.repeat(300_000)}0]}`),
  ],
  ['a name of a thousand characters', 400, 'RequestValidationError', () => patch({ name: 'a'.repeat(1_000) })],
  [
    'a hundred and one labels',
    400,
    'RequestValidationError',
    () => patch({ labels: Array.from({ length: 101 }, (_, n) => `label-${n}`) }),
  ],
  ['a slug of ten thousand characters', 400, 'RequestValidationError', () => automation({ slug: 'a'.repeat(10_000) })],
  ['a page of a million', 400, 'RequestValidationError', () => owner.call('GET', '/workspaces?limit=1000000')],
  [
    'an order by what is no field',
    400,
    'RequestValidationError',
    () => owner.call('GET', '/workspaces?sort=__proto__'),
  ],
  [
    'a list of releases from nowhere',
    400,
    'RequestValidationError',
    () => owner.call('GET', `${W}/releases?cursor=${'x'.repeat(150)}`),
  ],
  // Repositories.
  ['a repository that is a command', 400, 'RepositoryError', () => git({ url: 'ext::sh -c "touch /tmp/owned"' })],
  ['a repository that is an option', 400, 'RepositoryError', () => git({ url: '--upload-pack=touch /tmp/owned' })],
  ['a repository that is a folder of the machine', 400, 'RepositoryError', () => git({ url: `file://${outside}` })],
  ['a repository that is a path', 400, 'RepositoryError', () => git({ url: outside })],
  ['a host that is an option', 400, 'RepositoryError', () => git({ url: 'ssh://-oProxyCommand=id/x' })],
  [
    'a branch that is an option',
    400,
    'RepositoryError',
    () => git({ url: 'https://git.example.org/x', branch: '--help' }),
  ],
  ['a branch that climbs', 400, 'RepositoryError', () => git({ url: 'https://git.example.org/x', branch: 'a/../b' })],
  [
    'a password without TLS',
    400,
    'RepositoryError',
    () => git({ url: 'http://git.example.org/x', auth: { password: 'p' } }),
  ],
  // Files.
  ...fileAttacks.map(([name, status, error, request]): Row => [
    ...([name, status, error] as const),
    () => request({ owner, nobody: apiClient(product.url, null) }),
  ]),
  // People.
  ['a token that nobody has', 401, 'AuthenticationError', () => apiClient(product.url, 'guessed').call('GET', W)],
  ['no token', 401, 'AuthenticationError', () => apiClient(product.url, null).call('GET', W)],
  [
    'a trusted header',
    401,
    'AuthenticationError',
    () =>
      apiClient(product.url, null).call('GET', W, undefined, {
        headers: { 'x-prismeai-user-id': 'owner', 'x-prismeai-role': 'superadmin' },
      }),
  ],
];

it.each(rows)('%s: %i %s', async (_name, status, error, request) => {
  const before = readdirSync(outside);
  const sent = request();
  // An archive of a hundred megabytes is packed by now: that is the attacker's time.
  const began = performance.now();
  const refused = sent.then((answer) => ({ answer, tookMs: performance.now() - began }));
  const served = await product.workspace('acme').call('hello');
  const { answer, tookMs } = await refused;
  expect({ status: answer.status, error: (answer.body as { error?: string }).error }).toEqual({ status, error });
  expect(tookMs).toBeLessThan(WITHIN_MS);
  expect(served).toMatchObject({ status: 200, body: { ok: true } });
  expect(readdirSync(outside)).toEqual(before);
  expect(Object.prototype).not.toHaveProperty('role');
  await eventually('it is logged', () => {
    const line = product.output().split('\n').find((one) => one.includes(answer.correlationId) && one.includes('"http"')); // prettier-ignore
    return line?.includes(`"responseCode":${status}`);
  });
});

it('has changed nothing by all that', async () => {
  expect(readdirSync(folder.path).sort()).toEqual(['acme', 'linked', 'other']);
  expect(readdirSync(join(folder.path, 'acme', 'automations'))).toEqual(['hello.yml']);
  expect(readFileSync(join(folder.path, 'other', 'index.yml'), 'utf8')).toBe('name: Other\n');
  expect((await owner.ok('GET', W))['name']).toBe('acme');
});
