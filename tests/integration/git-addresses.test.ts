/** Addresses of repositories that lead to this machine or its network: refused where private addresses are. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitProgram } from '../../shared/drivers/git-repositories/git-program';
import type { Json } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { eventually } from '../support/eventually';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { spiedPrograms } from '../support/spied-programs';

jest.setTimeout(60_000);

const WITHIN_MS = 2_000;
const temporary = mkdtempSync(join(tmpdir(), 'ostinato-git-'));
const spied = spiedPrograms(join(temporary, 'bin'));
const folder = servedFolder({
  acme: { hello: 'name: Hello\nwhen: { endpoint: true }\ndo: []\noutput: { ok: true }\n' },
});
const requests: string[] = [];
let inside: Server;
let product: Product;
let owner: ApiClient;

beforeAll(async () => {
  inside = createServer((request, response) => {
    requests.push(`${request.headers.host}${request.url}`);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  product = await startProduct(folder.path, { PATH: spied.path, FETCH_PRIVATE_ADDRESSES: 'refuse' });
  owner = apiClient(product.url, OWNER_TOKEN);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  inside?.closeAllConnections();
  inside?.close();
  folder.remove();
  rmSync(temporary, { recursive: true });
}, 120_000);

const port = (): number => (inside.address() as AddressInfo).port;

const rows: [name: string, url: () => string][] = [
  ['loopback', () => `http://127.0.0.1:${port()}/x.git`],
  ['loopback with TLS', () => `https://127.0.0.1:${port()}/x.git`],
  ['a name of loopback', () => `http://localhost:${port()}/x.git`],
  ['loopback of IPv6', () => `http://[::1]:${port()}/x.git`],
  ['IPv4 inside IPv6', () => `http://[::ffff:127.0.0.1]:${port()}/x.git`],
  ['one number', () => `http://2130706433:${port()}/x.git`],
  ['a hexadecimal number', () => `http://0x7f000001:${port()}/x.git`],
  ['octal parts', () => `http://0177.0.0.1:${port()}/x.git`],
  ['fewer parts', () => `http://127.1:${port()}/x.git`],
  ['any address', () => `http://0.0.0.0:${port()}/x.git`],
  ['a user in front', () => `http://example.org@127.0.0.1:${port()}/x.git`],
  ['a host before the host, cut off by #', () => `http://127.0.0.1:${port()}#@example.org/x.git`],
  ['a host before the host, cut off by ?', () => `http://127.0.0.1:${port()}?@example.org/x.git`],
  ['a host before the host, cut off by a backslash', () => `http://127.0.0.1:${port()}\\@example.org/x.git`],
  ['a host before the host, cut off by a slash', () => `http://127.0.0.1:${port()}/@example.org/x.git`],
  ['facts of the machine in a cloud', () => 'http://169.254.169.254/latest/meta-data'],
  ['a private network', () => 'https://10.0.0.1/x.git'],
  ['the git protocol', () => `git://127.0.0.1:${port()}/x.git`],
  ['ssh', () => `ssh://git@127.0.0.1:${port()}/x.git`],
  ['the short form of ssh', () => 'git@127.0.0.1:x.git'],
  ['the short form of ssh by a name', () => 'git@localhost:x.git'],
  ['a name that leads nowhere', () => 'https://nowhere.invalid/x.git'],
  ['a file', () => `file://${temporary}`],
  ['a path', () => temporary],
  ['a path from here', () => '../other'],
  ['a file of a host', () => 'file://example.org/x.git'],
  ['a command', () => 'ext::sh -c "touch /tmp/owned"'],
  ['a descriptor', () => 'fd::3'],
  ['an option', () => '--upload-pack=touch /tmp/owned'],
  ['an option as a user', () => '-oProxyCommand@example.org:x'],
  ['an option as a host', () => 'ssh://-oProxyCommand=id/x.git'],
  ['an option as a path', () => 'git@example.org:-oProxyCommand=id'],
  ['another helper of git', () => 'ftp://127.0.0.1/x.git'],
  ['a second line', () => `https://example.org/x.git\nhttp://127.0.0.1:${port()}/`],
  ['a password without TLS', () => 'http://bot:hush@example.org/x.git'],
];

it.each(rows)('refuses %s', async (_, url) => {
  await owner.ok('PATCH', '/workspaces/acme', {
    repositories: { r: { name: 'R', type: 'git', config: { url: url() } } },
  } as Json);
  for (const ask of [
    () => owner.call('POST', '/workspaces/acme/versions/latest/pull', { repository: { id: 'r' } }),
    () => owner.call('POST', '/workspaces/acme/versions', { name: 'v', repository: { id: 'r' } }),
  ]) {
    const start = performance.now();
    const [refused, served] = await Promise.all([ask(), product.workspace('acme').call('hello')]);
    expect(performance.now() - start).toBeLessThan(WITHIN_MS);
    expect(refused).toMatchObject({ status: 400, body: { error: 'RepositoryError' } });
    expect(JSON.stringify(refused.body)).not.toContain('hush');
    expect(served).toMatchObject({ status: 200, body: { ok: true } });
    await eventually('it is logged', () => {
      const lines = product.output().split('\n');
      return lines.some((one) => one.includes(refused.correlationId) && one.includes('"responseCode":400'));
    });
  }
  expect(requests).toEqual([]);
  expect(spied.calls()).toEqual([]);
});

it('calls the address that was judged, wherever the name leads a moment later', async () => {
  const git = gitProgram({
    ...{ dir: join(temporary, 'git'), path: spied.path, localPaths: false },
    checkHost: async () => ['127.0.0.1'],
  });
  const read = (url: string) => git.read({ url, branch: 'main' }).catch((error: Error) => error.message);
  await read(`http://name.invalid:${port()}/x.git`);
  expect(requests[0]).toContain(`name.invalid:${port()}/x.git/info/refs`);
  await read('ssh://git@name.invalid/x.git');
  await read('git@name.invalid:x.git');
  const calls = spied.calls().filter(({ program }) => program === 'ssh');
  expect(calls).toHaveLength(2);
  for (const { args } of calls)
    expect(args).toEqual(expect.arrayContaining(['HostName=127.0.0.1', 'HostKeyAlias=name.invalid']));
  await read(`git://name.invalid:${port()}/x.git`);
  expect(JSON.stringify(spied.calls())).toContain(`git://127.0.0.1:${port()}/x.git`);
});
