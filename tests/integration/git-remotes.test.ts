/** Repositories on other machines: git's own server over HTTP and HTTPS, ssh; credentials, and what is told of them. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { startGitServer, type GitServer } from '../support/git-server';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { selfSigned } from '../support/self-signed';
import { servedFolder } from '../support/served-folder';
import { spiedPrograms } from '../support/spied-programs';

jest.setTimeout(60_000);

const PASSWORD = 'hush-password-1';
const WRONG = 'hush-password-2';
const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nhush-key-3\n-----END OPENSSH PRIVATE KEY-----';
const login = { user: 'bot', password: PASSWORD };

const temporary = mkdtempSync(join(tmpdir(), 'ostinato-git-'));
const root = join(temporary, 'repositories');
const spied = spiedPrograms(join(temporary, 'bin'));
const folder = servedFolder({
  shop: { greet: 'name: Greet\nwhen: { endpoint: true }\ndo: []\noutput: { word: one }\n' },
});
const [trusted, other] = [selfSigned(), selfSigned()];
const servers: { [name: string]: GitServer } = {};
let product: Product;
let owner: ApiClient;

beforeAll(async () => {
  mkdirSync(root);
  const start = async (name: string, options: Partial<Parameters<typeof startGitServer>[0]>) =>
    (servers[name] = await startGitServer({ root, ...options }));
  await start('open', {});
  await start('locked', { tls: trusted, login });
  await start('stranger', { tls: other, login });
  await start('moved', { tls: trusted, redirectTo: servers['open']?.url ?? '' });
  const caFile = join(temporary, 'ca.pem');
  writeFileSync(caFile, trusted.cert);
  product = await startProduct(folder.path, { PATH: spied.path, OSTINATO_GIT_CA_FILE: caFile });
  owner = apiClient(product.url, OWNER_TOKEN);
  await owner.ok('PATCH', '/workspaces/shop/security/secrets', {
    git: { value: PASSWORD },
    wrong: { value: WRONG },
    key: { value: KEY },
    wrongKey: { value: KEY.replace('hush-key', 'hush-WRONG-key') },
  });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  await Promise.all(Object.values(servers).map((server) => server.close()));
  folder.remove();
  rmSync(temporary, { recursive: true });
}, 120_000);
beforeEach(() => spied.forget());

let count = 0;
/** A new repository on this machine, as the servers have it. */
function repository(): { readonly name: string; readonly bare: string } {
  const name = `r${++count}.git`;
  const bare = join(root, name);
  execFileSync('git', ['init', '--quiet', '--bare', '-b', 'main', bare]);
  execFileSync('git', ['-C', bare, 'config', 'http.receivepack', 'true']);
  return { name, bare };
}
const textIn = (bare: string, path = 'automations/greet.yml'): string =>
  execFileSync('git', ['-C', bare, 'show', `main:${path}`], { encoding: 'utf8' });

const use = (config: object): Promise<JsonObject> =>
  owner.ok('PATCH', '/workspaces/shop', { repositories: { r: { name: 'R', type: 'git', config } } } as Json);
const save = (word: string) =>
  owner.ok('PUT', '/workspaces/shop/automations/greet/source', undefined, {
    text: `name: Greet\nwhen: { endpoint: true }\ndo: []\noutput: { word: ${word} }\n`,
    headers: { 'content-type': 'text/yaml' },
  });
const push = (name: string) =>
  owner.call('POST', '/workspaces/shop/versions', { name, repository: { id: 'r', force: true } });
const pull = () =>
  owner.call('POST', '/workspaces/shop/versions/latest/pull', { repository: { id: 'r', force: true } });

/** Pushes to an empty repository, lets somebody else change it, and takes the change over. */
async function roundTrip(config: object, bare: string): Promise<void> {
  await use(config);
  const n = count;
  await save(`pushed-${n}`);
  const pushed = await push(`v${n}`);
  expect(pushed).toMatchObject({ status: 200, body: { name: `v${n}` } });
  expect(textIn(bare)).toContain(`pushed-${n}`);
  const work = join(temporary, `work-${n}`);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-C', work, ...args], {
      stdio: 'pipe',
    });
  execFileSync('git', ['clone', '--quiet', bare, work], { stdio: 'pipe' });
  writeFileSync(join(work, 'automations', 'greet.yml'), textIn(bare).replace('pushed', 'theirs'));
  git('commit', '--quiet', '-am', 'theirs');
  git('push', '--quiet', 'origin', 'HEAD:main');
  expect(await pull()).toMatchObject({ status: 200, body: { errors: [] } });
  expect((await product.workspace('shop').call('greet')).body).toEqual({ word: `theirs-${n}` });
}

/** Nowhere but where it is needed: no answer, no log, no command line, no file that stays. */
function expectHidden(secret: string, ...answers: readonly unknown[]): void {
  expect(JSON.stringify(answers)).not.toContain(secret);
  expect(product.output()).not.toContain(secret);
  expect(JSON.stringify(spied.calls().map(({ args }) => args))).not.toContain(secret);
  expect(JSON.stringify(spied.calls().map(({ args }) => args))).not.toContain(Buffer.from(secret).toString('base64'));
  const left = join(product.dataDir, 'git');
  expect(existsSync(left) ? readdirSync(left).filter((name) => name !== 'known_hosts') : []).toEqual([]);
}

const urlOf = (server: string, name: string, credentials = ''): string =>
  `${servers[server]?.url}/${name}`.replace('://', `://${credentials}`);

describe('over HTTP', () => {
  it('pushes and pulls without a credential', async () => {
    const { name, bare } = repository();
    await roundTrip({ url: urlOf('open', name) }, bare);
    expect(servers['open']?.requests.some((line) => line === `POST /${name}/git-receive-pack -`)).toBe(true);
  });
});

describe('over HTTPS', () => {
  it.each<[string, (name: string) => object]>([
    [
      'the password in a secret',
      (name) => ({ url: urlOf('locked', name), auth: { user: 'bot', password: '{{secret.git}}' } }),
    ],
    ['the password in the address', (name) => ({ url: urlOf('locked', name, 'bot:{{secret.git}}@') })],
    [
      'the user in the address',
      (name) => ({ url: urlOf('locked', name, 'bot@'), auth: { password: '{{secret.git}}' } }),
    ],
  ])('pushes and pulls with %s', async (_, config) => {
    const { name, bare } = repository();
    await roundTrip(config(name), bare);
    expect(servers['locked']?.requests).toContain(`POST /${name}/git-receive-pack bot`);
    expectHidden(PASSWORD);
  });

  const refusals: [string, (name: string) => object, string, string][] = [
    [
      'a wrong password',
      (name) => ({ url: urlOf('locked', name), auth: { user: 'bot', password: '{{secret.wrong}}' } }),
      'access was refused',
      WRONG,
    ],
    [
      'a wrong password in the address',
      (name) => ({ url: urlOf('locked', name, 'bot:{{secret.wrong}}@') }),
      'access was refused',
      WRONG,
    ],
    ['no password', (name) => ({ url: urlOf('locked', name) }), 'access was refused', PASSWORD],
    [
      'a secret that there is not',
      (name) => ({ url: urlOf('locked', name), auth: { user: 'bot', password: '{{secret.none}}' } }),
      'access was refused',
      PASSWORD,
    ],
    [
      'a certificate that nobody trusts',
      (name) => ({ url: urlOf('stranger', name), auth: { user: 'bot', password: '{{secret.git}}' } }),
      'its certificate or host key is not trusted',
      PASSWORD,
    ],
    [
      'a server that sends on to another',
      (name) => ({ url: urlOf('moved', name), auth: { user: 'bot', password: '{{secret.git}}' } }),
      'it has moved',
      PASSWORD,
    ],
    [
      'a repository that is not there',
      () => ({ url: urlOf('locked', 'none.git'), auth: { user: 'bot', password: '{{secret.git}}' } }),
      'there is no repository at this address',
      PASSWORD,
    ],
    ['a host that does not answer', () => ({ url: 'https://127.0.0.1:1/x.git' }), 'its host does not answer', PASSWORD],
  ];
  it.each(refusals)('tells of %s, and nothing secret', async (_, config, why, secret) => {
    const { name } = repository();
    await use(config(name));
    const answers = [await pull(), await push(`w${count}`)];
    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body).toMatchObject({ error: 'RepositoryError', message: expect.stringContaining(why) as unknown });
    }
    expectHidden(secret, answers);
    expect((await owner.call('GET', `/workspaces/shop?version=w${count}`)).status).toBe(400);
  });

  it('sends no credential to where a server sends on to, or whose certificate is none', () => {
    expect(servers['open']?.requests.filter((line) => line.endsWith(' bot'))).toEqual([]);
    expect(servers['stranger']?.requests).toEqual([]);
  });
});

describe('by ssh', () => {
  it.each<[string, (bare: string) => string, string]>([
    ['a short address', (bare) => `git@git.example.org:${bare}`, 'git@git.example.org'],
    ['a long address', (bare) => `ssh://git@git.example.org:2222${bare}`, 'git@git.example.org'],
  ])('runs ssh with the key and nothing of this machine: %s', async (_, url, host) => {
    const { bare } = repository();
    await roundTrip({ url: url(bare), auth: { sshkey: '{{secret.key}}' } }, bare);
    const calls = spied.calls().filter(({ program }) => program === 'ssh');
    const commands = calls.map(({ args }) => args[args.length - 1]?.split(' ')[0]);
    expect(new Set(commands)).toEqual(new Set(['git-upload-pack', 'git-receive-pack']));
    for (const { args, key } of calls) {
      expect(args).toEqual(
        expect.arrayContaining(['BatchMode=yes', 'StrictHostKeyChecking=accept-new', 'IdentitiesOnly=yes', host]),
      );
      expect(args).toContain(`UserKnownHostsFile=${join(product.dataDir, 'git', 'known_hosts')}`);
      expect(args.includes('2222')).toBe(url('').includes('2222'));
      expect(key).toMatchObject({ mode: 0o600, text: `${KEY}\n` });
      expect(key?.file.startsWith(join(product.dataDir, 'git'))).toBe(true);
      expect(existsSync(key?.file ?? '')).toBe(false);
    }
    expectHidden('hush-key-3');
  });

  it('tells that a key is refused, and nothing of it', async () => {
    const { bare } = repository();
    await use({ url: `git@git.example.org:${bare}`, auth: { sshkey: '{{secret.wrongKey}}' } });
    const answer = await pull();
    expect(answer).toMatchObject({
      status: 400,
      body: { error: 'RepositoryError', message: 'The repository cannot be used: access was refused' },
    });
    expectHidden('hush-WRONG-key', answer);
  });
});
