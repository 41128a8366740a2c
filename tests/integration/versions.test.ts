/** Versions, archives and Git repositories: publish, compare, roll back, export, import, pull, push, conflicts. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isObject, type JsonObject } from '../../shared/core/json';
import { archivePaths } from '../../shared/core/workspaces/archive-files';
import { readZip, writeZip } from '../../api/workspaces/zip';
import { apiClient, type ApiClient } from '../support/api-client';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const greet = (word: string) => `# greets
name: Greet
when: { endpoint: true }
do: []
output: { word: ${word} } # the word
`;
const folder = servedFolder({
  shop: {
    'index.yml':
      '# the shop\nname: Shop\nslug: shop\nlabels: [a]\ndescription: Sells\ncustomDomains: [shop.example.org]\n',
    greet: greet('one'),
    'automations/deep/in.yml': 'name: Deep\ndo: []\n',
    'pages/home.yml': 'name: Home # as it is\nblocks: [{ slug: x }]\n',
    'security.yml': 'authorizations: { rules: [] }\n',
  },
});
const repositories = mkdtempSync(join(tmpdir(), 'ostinato-git-'));
let product: Product;
let owner: ApiClient;

beforeAll(async () => {
  product = await startProduct(folder.path, {
    OSTINATO_GIT_LOCAL_PATHS: 'allow',
    MAXIMUM_WORKSPACE_VERSION: '3',
    OSTINATO_USERS: JSON.stringify({ bob: { token: 'token-of-bob', roles: { shop: 'editor' } } }),
  });
  owner = apiClient(product.url, 'owner-of-the-tests');
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
  rmSync(repositories, { recursive: true });
}, 120_000);

const put = (workspace: string, slug: string, text: string) =>
  owner.ok('PUT', `/workspaces/${workspace}/automations/${slug}/source`, undefined, {
    text,
    headers: { 'content-type': 'text/yaml' },
  });
const word = async (workspace: string) => (await product.workspace(workspace).call('greet')).body;
const unzip = async (bytes: Buffer) => {
  const entries = await readZip(bytes, (names) => new Set(names));
  const paths = archivePaths(Object.keys(entries));
  return Object.fromEntries(Object.entries(entries).map(([entry, text]) => [paths.get(entry) ?? entry, text]));
};
const exported = async (workspace: string, version = 'current') => {
  const { status, headers, bytes } = await owner.download(
    'POST',
    `/workspaces/${workspace}/versions/${version}/export`,
  );
  expect(status).toBe(200);
  expect(headers.get('content-disposition')).toBe(`attachment; filename=${workspace}-${version}.zip`);
  return bytes;
};

describe('versions', () => {
  it('publishes, lists, reads, compares and rolls back; parked runs stay on their release', async () => {
    const published = await owner.ok('POST', '/workspaces/shop/versions', { name: 'v1', description: 'first' });
    expect(published).toMatchObject({ name: 'v1', description: 'first', createdBy: 'owner' });
    await put('shop', 'greet', greet('two'));
    await owner.ok('POST', '/workspaces/shop/automations', { slug: 'later', name: 'Later', do: [] });
    const compared = await owner.ok('GET', '/workspaces/shop/versions/v1/compare');
    expect(compared).toMatchObject({
      from: 'v1',
      to: 'current',
      files: [
        { path: 'automations/greet.yml', status: 'changed', before: greet('one'), after: greet('two') },
        { path: 'automations/later.yml', status: 'added', before: null },
      ],
    });
    const old = await owner.ok('GET', '/workspaces/shop?version=v1');
    expect(Object.keys(old['automations'] as JsonObject)).toEqual(['deep/in', 'greet']);
    const pulled = await owner.ok('POST', '/workspaces/shop/versions/v1/pull');
    expect(pulled).toMatchObject({ deleted: ['automations/later.yml'], errors: [], workspace: { id: 'shop' } });
    expect(await word('shop')).toEqual({ word: 'one' });
    expect(readFileSync(join(folder.path, 'shop', 'automations', 'greet.yml'), 'utf8')).toBe(greet('one'));
    expect((await owner.ok('GET', '/workspaces/shop/versions/v1/compare'))['files']).toEqual([]);
    const { items } = (await owner.ok('GET', '/workspaces/shop/releases')) as unknown as { items: JsonObject[] };
    expect(items[0]).toMatchObject({ message: 'rolled back to v1', version: 'v1' });
    const types = ['workspaces.versions.published', 'workspaces.imported'];
    for (const type of types) await product.workspace('shop').until(type);
  });

  it('pulls the latest, keeps so many, and refuses names', async () => {
    for (const name of ['v2', 'v3', 'v4']) {
      await put('shop', 'greet', greet(name));
      await owner.ok('POST', '/workspaces/shop/versions', { name });
    }
    const names = async () =>
      ((await owner.ok('GET', '/workspaces/shop/versions'))['list'] as unknown as { name: string }[]).map(
        ({ name }) => name,
      );
    expect(await names()).toEqual(['v4', 'v3', 'v2']);
    await put('shop', 'greet', greet('five'));
    await owner.ok('POST', '/workspaces/shop/versions/latest/pull');
    expect(await word('shop')).toEqual({ word: 'v4' });
    const refused = async (method: string, path: string, body?: JsonObject) =>
      expect(await owner.call(method, `/workspaces/shop/versions${path}`, body)).toMatchObject({
        status: 400,
        body: { error: 'InvalidVersionError' },
      });
    await refused('POST', '', { name: 'v4' });
    await refused('POST', '', { name: 'current' });
    await refused('POST', '', { name: 'much-too-long-for-it' });
    await refused('POST', '/current/pull');
    await refused('POST', '/v1/pull');
    await refused('DELETE', '/current');
    await refused('DELETE', '/v1');
    expect(await owner.ok('DELETE', '/workspaces/shop/versions/v3')).toEqual({ id: 'v3' });
    expect((await owner.ok('POST', '/workspaces/shop/versions', {}))['name']).toMatch(/^\d+-\d+-\d{4}\.1-\d{13}$/);
  });

  it('duplicates a version under a new name, id and slug', async () => {
    const copy = await owner.ok('POST', '/workspaces/shop/versions/current/duplicate');
    const id = String(copy['id']);
    expect(copy).toMatchObject({ name: 'Shop - Copie', slug: 'shop-copie', labels: ['a'] });
    expect(copy).not.toHaveProperty('customDomains');
    expect(await word(id)).toEqual({ word: 'v4' });
    await product.workspace(id).until('workspaces.duplicated');
    await product.workspace('shop').until('workspaces.duplicated');
    await owner.ok('DELETE', `/workspaces/${id}`);
  });
});

describe('archives', () => {
  it('gives the same bytes after a round trip, but for what an import changes', async () => {
    const bytes = await exported('shop');
    const imported = await owner.upload('/workspaces/import', 'shop.zip', bytes);
    expect(imported).toMatchObject({ status: 200, body: { errors: [], workspace: { name: 'Shop', slug: 'shop-1' } } });
    const { workspace, imported: names } = imported.body as unknown as {
      workspace: { id: string };
      imported: string[];
    };
    expect(names).toEqual(
      expect.arrayContaining(['index', 'security.yml', 'automations/deep/in.yml', 'pages/home.yml']),
    );
    expect(await word(workspace.id)).toEqual({ word: 'v4' });
    const [before, after] = [await unzip(bytes), await unzip(await exported(workspace.id))];
    const { 'index.yml': oldIndex, ...rest } = before;
    const { 'index.yml': newIndex, ...restAfter } = after;
    expect(restAfter).toEqual(rest);
    expect(oldIndex).toContain('# the shop');
    expect(newIndex).toBe('# the shop\nname: Shop\nslug: shop-1\nlabels: [ a ]\ndescription: Sells (IMPORT)\n');
    const again = await owner.upload(`/workspaces/${workspace.id}/import`, 'shop.zip', await exported(workspace.id));
    expect(again).toMatchObject({ status: 200, body: { errors: [] } });
    expect(await exported(workspace.id)).toEqual(await exported(workspace.id));
    expect(await unzip(await exported(workspace.id))).toEqual(after);
    await owner.ok('DELETE', `/workspaces/${workspace.id}`);
  });

  it('reports each file that cannot be taken, and takes the others', async () => {
    const zip = await writeZip({
      'v/index.yml': 'name: Mixed\nlabels: [b]\n',
      'v/automations/good.yml': 'name: Good\nwhen: { endpoint: true }\ndo: []\n',
      'v/automations/bad.yml': 'name: [',
      'v/automations/__index__.yml': '{}',
      'v/automations/json.json': '{"name": "From JSON", "do": []}',
      'v/runtime.yml': 'x: 1',
      'v/.hidden.yml': 'x: 1',
      '__MACOSX/v/automations/good.yml': 'x',
    });
    const created = await owner.upload('/workspaces/import', 'mixed.zip', zip);
    expect(created).toMatchObject({
      status: 200,
      body: {
        imported: ['automations/good.yml', 'automations/json.yml', 'index'],
        errors: [{ file: 'automations/bad.yml', err: 'YAML_SYNTAX' }],
      },
    });
    const { id } = (created.body as unknown as { workspace: { id: string } }).workspace;
    expect((await product.workspace(id).call('good')).status).toBe(200);
    const broken = await owner.upload(
      `/workspaces/${id}/import`,
      'x.zip',
      await writeZip({ 'v/index.yml': 'name: [', 'v/automations/new.yml': 'name: N\ndo: []\n' }),
    );
    expect(broken).toMatchObject({ status: 200, body: { imported: [], errors: [{ file: 'index' }] } });
    expect((await owner.call('GET', `/workspaces/${id}/automations/new`)).status).toBe(404);
    expect(
      (await owner.upload('/workspaces/import', 'x.zip', await writeZip({ 'v/index.yml': 'name: [' }))).status,
    ).toBe(400);
    await owner.ok('DELETE', `/workspaces/${id}`);
  });
});

describe('Git repositories', () => {
  const bare = join(repositories, 'shop.git');
  const work = join(repositories, 'work');
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const theirs = (files: { [path: string]: string | null }, message = 'theirs') => {
    git(work, 'pull', '--quiet', 'origin', 'main');
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      if (text === null) rmSync(join(work, path));
      else writeFileSync(join(work, path), text);
    }
    git(work, 'add', '-A');
    git(work, 'commit', '--quiet', '-m', message);
    git(work, 'push', '--quiet', 'origin', 'HEAD:main');
  };
  const seen = (path: string) => git(bare, 'show', `main:${path}`);
  const repository = { id: 'origin' };

  beforeAll(async () => {
    git(repositories, 'init', '--quiet', '--bare', '-b', 'main', bare);
    git(repositories, 'clone', '--quiet', bare, work);
    git(work, 'checkout', '--quiet', '-b', 'main');
    await put('shop', 'greet', greet('start'));
    await owner.ok('PATCH', '/workspaces/shop', {
      repositories: {
        origin: {
          name: 'Origin',
          type: 'git',
          mode: 'read-write',
          config: { url: bare, branch: 'main' },
          pull: { exclude: [{ path: 'security' }] },
        },
        mirror: { name: 'Mirror', type: 'git', mode: 'read-only', config: { url: `file://${bare}` } },
        secret: {
          name: 'Secret',
          type: 'git',
          config: { url: 'https://git.example.org/x', auth: { user: 'u', password: 'hush' } },
        },
      },
    });
  });

  it('shows credentials to those only who may manage repositories', async () => {
    const bob = apiClient(product.url, 'token-of-bob');
    expect(JSON.stringify(await bob.ok('GET', '/workspaces/shop'))).not.toContain('hush');
    expect(JSON.stringify(await owner.ok('GET', '/workspaces/shop'))).toContain('hush');
    expect((await unzip(await exported('shop')))['index.yml']).not.toContain('hush');
    expect(JSON.stringify(await product.workspace('shop').events('workspaces.updated'))).not.toContain('hush');
  });

  it('pushes the texts as they are, with a tag, and none of its own settings', async () => {
    const pushed = await owner.ok('POST', '/workspaces/shop/versions', {
      name: 'g1',
      description: 'to git',
      repository,
    });
    expect(pushed).toMatchObject({ name: 'g1', repository: { id: 'origin' } });
    expect(seen('automations/greet.yml')).toBe(greet('start'));
    expect(seen('automations/deep/in.yml')).toBe('name: Deep\ndo: []\n');
    expect(seen('index.yml')).not.toContain('repositories');
    expect(git(bare, 'log', '-1', '--format=%an %s', 'g1').trim()).toBe('owner to git');
  });

  it('pulls what others have pushed, and leaves alone what is excluded', async () => {
    theirs({
      'automations/greet.yml': greet('theirs'),
      'automations/deep/in.yml': null,
      'README.md': 'kept',
      'security.yml': 'authorizations: {}\n',
    });
    const pulled = await owner.ok('POST', '/workspaces/shop/versions/latest/pull', { repository });
    expect(pulled).toMatchObject({ deleted: ['automations/deep/in.yml'], errors: [] });
    expect(await word('shop')).toEqual({ word: 'theirs' });
    expect(readFileSync(join(folder.path, 'shop', 'security.yml'), 'utf8')).toContain('rules');
    expect(isObject((await owner.ok('GET', '/workspaces/shop'))['repositories'])).toBe(true);
    await put('shop', 'greet', greet('again'));
    await owner.ok('POST', '/workspaces/shop/versions', { name: 'g2', repository });
    expect(seen('README.md')).toBe('kept');
    expect(seen('automations/greet.yml')).toBe(greet('again'));
  });

  it('merges file by file, and reports what both have changed', async () => {
    theirs({ 'automations/greet.yml': greet('their-word'), 'automations/new.yml': 'name: New\ndo: []\n' });
    await put('shop', 'greet', greet('our-word'));
    await put('shop', 'mine', 'name: Mine\ndo: []\n');
    const behind = await owner.call('POST', '/workspaces/shop/versions', { name: 'g3', repository });
    expect(behind).toMatchObject({
      status: 409,
      body: { error: 'ConflictError', details: { changed: ['automations/greet.yml', 'automations/new.yml'] } },
    });
    const pull = (more: JsonObject) =>
      owner.call('POST', '/workspaces/shop/versions/latest/pull', { repository: { ...repository, ...more } });
    expect(await pull({})).toMatchObject({
      status: 409,
      body: {
        error: 'ConflictError',
        details: {
          conflicts: [
            {
              path: 'automations/greet.yml',
              base: greet('again'),
              ours: greet('our-word'),
              theirs: greet('their-word'),
            },
          ],
        },
      },
    });
    expect(await word('shop')).toEqual({ word: 'our-word' });
    expect(await pull({ resolve: { 'automations/greet.yml': 'ours' } })).toMatchObject({ status: 200 });
    expect(await word('shop')).toEqual({ word: 'our-word' });
    expect((await owner.call('GET', '/workspaces/shop/automations/new')).status).toBe(200);
    expect((await owner.call('GET', '/workspaces/shop/automations/mine')).status).toBe(200);
    await owner.ok('POST', '/workspaces/shop/versions', { name: 'g3', repository });
    expect(seen('automations/greet.yml')).toBe(greet('our-word'));
    expect(
      await owner.call('POST', '/workspaces/shop/versions/g1/pull', { repository: { ...repository, force: true } }),
    ).toMatchObject({ status: 200 });
    expect(await word('shop')).toEqual({ word: 'start' });
  });

  it.each([
    ['a read-only repository', 'mirror', 400, 'RepositoryError'],
    ['one that is not there', 'nowhere', 404, 'ObjectNotFoundError'],
  ])('refuses to push to %s', async (_, id, status, error) => {
    expect(await owner.call('POST', '/workspaces/shop/versions', { name: 'g9', repository: { id } })).toMatchObject({
      status,
      body: { error },
    });
    expect((await owner.call('GET', '/workspaces/shop?version=g9')).status).toBe(400);
  });
});
