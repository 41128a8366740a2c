import { execFile, spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

// The launcher in a checkout of its own with a stand-in for the compiler, so that its promises cost no real build.
jest.setTimeout(60_000);

const SCRIPTS = join(__dirname, '..', '..', 'scripts');
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'launcher-'));
  cpSync(SCRIPTS, join(root, 'scripts'), { recursive: true });
  const lock = { name: 'x', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'x', version: '1.0.0' } } };
  put('package.json', '{ "name": "x", "version": "1.0.0" }');
  put('package-lock.json', JSON.stringify(lock));
  put('node_modules/.package-lock.json', JSON.stringify({ ...lock, packages: {} }));
  // "Compiles" by writing the source into dist, and keeps count.
  put(
    'node_modules/@typescript/native/bin/tsc',
    `const fs = require('fs');
     fs.appendFileSync('compiled', 'x');
     const source = fs.readFileSync('workers/embedded.ts', 'utf8');
     if (source.includes('SYNTAX')) { console.log('workers/embedded.ts(1,1): error TS1005'); process.exit(1); }
     fs.mkdirSync('dist/workers', { recursive: true });
     fs.writeFileSync('dist/workers/embedded.js', source);`,
  );
  put('workers/embedded.ts', `console.log('serves ' + process.argv.slice(2).join(' '));`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function launch(script: string, args: string[] = [], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...env } };
    execFile(process.execPath, [`scripts/${script}.mjs`, ...args], options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}
const builds = () => (existsSync(join(root, 'compiled')) ? readFileSync(join(root, 'compiled'), 'utf8').length : 0);

describe('npm start', () => {
  it('builds, passes the arguments on and keeps stdout for the product', async () => {
    const { code, stdout, stderr } = await launch('start', ['my-folder']);
    expect([code, stdout]).toEqual([0, 'serves my-folder\n']);
    expect(stderr).toMatch(/Building \.\.\.\nBuilding: done in \d+\.\d s/);
  });

  it('does nothing but start when nothing changed, and builds again when something did', async () => {
    await launch('start');
    expect(await launch('start')).toEqual({ code: 0, stdout: 'serves \n', stderr: '' });
    expect(builds()).toBe(1);
    appendFileSync(join(root, 'workers/embedded.ts'), ' // changed');
    await launch('start');
    put('shared/core/new.ts', '');
    await launch('start');
    put('shared/core/new.test.ts', ''); // A test is not part of the product.
    await launch('start');
    expect(builds()).toBe(3);
  });

  it('copies files that are no TypeScript and removes what a renamed source left behind', async () => {
    put('shared/contracts/openapi/api.yaml', 'openapi: 3.1.0');
    put('dist/workers/renamed.js', 'old');
    put('dist/workers/renamed.d.ts', 'old');
    await launch('build');
    expect(readFileSync(join(root, 'dist/shared/contracts/openapi/api.yaml'), 'utf8')).toBe('openapi: 3.1.0');
    expect([
      existsSync(join(root, 'dist/workers/renamed.js')),
      existsSync(join(root, 'dist/workers/renamed.d.ts')),
    ]).toEqual([false, false]);
  });

  it('says what does not compile and tries again the next time', async () => {
    put('workers/embedded.ts', 'SYNTAX');
    for (let i = 0; i < 2; i++) {
      const { code, stdout, stderr } = await launch('start');
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/do not compile:\nworkers\/embedded.ts\(1,1\).*\nTried: .*\nTo mend: /);
    }
    expect(builds()).toBe(2);
  });

  it('makes the workflow bundle only when its parts changed', async () => {
    put('workers/bundle.ts', '');
    put('dist/workers/bundle.js', `require('fs').appendFileSync('bundled', 'x')`);
    const bundles = () => readFileSync(join(root, 'bundled'), 'utf8').length;
    await launch('build');
    put('api/route.ts', '');
    await launch('build');
    expect(bundles()).toBe(1);
    put('workflows/shell.ts', '');
    await launch('build');
    expect(bundles()).toBe(2);
  });

  it('ends with the exit code of the product', async () => {
    put('workers/embedded.ts', 'process.exit(7)');
    expect((await launch('start')).code).toBe(7);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('hands %s on once and waits for the product', async (signal) => {
    put(
      'workers/embedded.ts',
      `let n = 0; process.on('${signal}', () => { n++; setTimeout(() => { console.log('drained', n); process.exit(3); }, 300); });
       setInterval(() => {}, 1000); console.log('up');`,
    );
    const child: ChildProcess = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (text.includes('up')) {
        child.kill(signal);
        setTimeout(() => child.kill(signal), 100);
      }
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, output]).toEqual([3, 'up\ndrained 1\n']);
  });
});

describe('packages', () => {
  it('are installed once when two starts come together on a fresh clone', async () => {
    rmSync(join(root, 'node_modules'), { recursive: true });
    // A stand-in for npm: slow, keeps count, and brings the compiler.
    put(
      'npm-stand-in.js',
      `const fs = require('fs'); fs.appendFileSync('installed', process.argv[2] + ' ');
       setTimeout(() => { fs.mkdirSync('node_modules/@typescript/native/bin', { recursive: true });
       fs.writeFileSync('node_modules/@typescript/native/bin/tsc', "require('fs').appendFileSync('compiled', 'x')"); }, 500);`,
    );
    const env = { npm_execpath: join(root, 'npm-stand-in.js') };
    const both = await Promise.all([launch('build', [], env), launch('build', [], env)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect([readFileSync(join(root, 'installed'), 'utf8'), builds()]).toEqual(['ci ', 1]);
    expect(both.map(({ stderr }) => stderr).join()).toMatch(/another start is setting up this checkout/);
  });

  it('are installed again when package-lock.json asks for another version', async () => {
    await launch('build');
    const entry = { version: '2.0.0' };
    put('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/left': entry } }));
    put('npm-stand-in.js', `console.error('npm error code E404'); process.exit(1)`);
    const { code, stderr } = await launch('build', [], { npm_execpath: join(root, 'npm-stand-in.js') });
    expect(code).toBe(1);
    expect(stderr).toMatch(/could not be installed:\nnpm error code E404\nTried: npm ci\nTo mend: /);
  });

  it('that were installed by hand are taken as they are', async () => {
    const packages = { 'node_modules/left': { version: '2.0.0' } };
    put('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages }));
    put('node_modules/.package-lock.json', JSON.stringify({ packages }));
    expect((await launch('build', [], { npm_execpath: '/nowhere/npm.js' })).code).toBe(0);
  });
});

describe('npm test', () => {
  it('knows its parts and ends with one line that counts', async () => {
    expect(await launch('test', ['--only=nonsense'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Parts:'),
    });
    put('node_modules/jscpd/bin/jscpd', 'process.exit(1)');
    const bad = await launch('test', ['--only=duplication']);
    expect([bad.code, bad.stdout.trim().split('\n').at(-1)]).toEqual([1, '0 passed, 1 failed']);
    put('node_modules/jscpd/bin/jscpd', '');
    const good = await launch('test', ['--only=duplication,compose'], { PATH: '' });
    expect([good.code, good.stdout.trim().split('\n').at(-1)]).toEqual([0, '2 passed, 0 failed']);
  });

  it('counts the tests of jest, and a run that dies as one failure', async () => {
    const write = `const out = process.argv.find((a) => a.startsWith('--outputFile=')).slice(13);
      require('fs').writeFileSync(out, JSON.stringify({ numPassedTests: 5, numFailedTests: 1, numRuntimeErrorTestSuites: 1, numPendingTests: 2 }));`;
    put('node_modules/jest/bin/jest.js', `${write} process.exit(1)`);
    const counted = await launch('test', ['--only=unit']);
    expect([counted.code, counted.stdout.trim().split('\n').at(-1)]).toEqual([1, '5 passed, 2 failed, 2 skipped']);
    put('node_modules/jest/bin/jest.js', 'process.exit(1)');
    expect((await launch('test', ['--only=unit'])).stdout.trim().split('\n').at(-1)).toBe('0 passed, 1 failed');
  });
});

it('an old Node.js is refused in one clear sentence', async () => {
  put(
    'ask.mjs',
    `import { checkNode } from './scripts/setup/node-version.mjs'; import { report } from './scripts/setup/problem.mjs';
     checkNode('20.3.0'); checkNode('24.0.0');
     for (const old of ['18.20.4', '20.2.0']) try { checkNode(old); console.log('taken'); } catch (e) { report(e); }`,
  );
  const file = createRequire(__filename).resolve(join(root, 'ask.mjs'));
  const { stdout, stderr } = await new Promise<Ended>((resolve) =>
    execFile(process.execPath, [file], (_error, stdout, stderr) => resolve({ code: 0, stdout, stderr })),
  );
  expect(stdout).toBe('');
  expect(stderr.match(/needs Node.js 20.3 or newer; this is (18.20.4|20.2.0)/g)).toHaveLength(2);
});
