import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workspaceFilesContract } from '../../testing/contracts/workspace-files';
import { changeFeed } from './change-feed';
import { folderWorkspaceFiles, type FolderOptions, type FolderProblem } from './folder';

async function open(options: FolderOptions = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  return {
    dir,
    files: folderWorkspaceFiles(dir, { debounceMs: 10, ...options }),
    async write(path: string, text: string | null) {
      const file = join(dir, path);
      if (text === null) return rm(file);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    },
    close: () => rm(dir, { recursive: true }),
  };
}

workspaceFilesContract('folder', open);

describe('folder of workspaces', () => {
  it('reports what it does not read, and reads the rest', async () => {
    const problems: FolderProblem[] = [];
    const opened = await open({ onProblem: (problem) => problems.push(problem) });
    await opened.write('acme/automations/ok.yml', 'ok');
    await opened.write('acme/automations/not$ok.yml', '');
    await opened.write('acme/automations/big.yml', 'x'.repeat(1_048_577));
    await opened.write('bad name/index.yml', '');
    const outside = await mkdtemp(join(tmpdir(), 'ostinato-'));
    await writeFile(join(outside, 'secret.yml'), 'secret');
    await symlink(join(outside, 'secret.yml'), join(opened.dir, 'acme', 'automations', 'link.yml'));
    await symlink(
      join(opened.dir, 'acme', 'automations', 'ok.yml'),
      join(opened.dir, 'acme', 'automations', 'inside.yml'),
    );
    await symlink(outside, join(opened.dir, 'linked'));
    expect(await opened.files.list()).toEqual(['acme', 'linked']);
    expect(await opened.files.read('acme')).toEqual({ 'automations/ok.yml': 'ok', 'automations/inside.yml': 'ok' });
    expect(problems.map(({ code, path }) => [code, path]).sort()).toEqual([
      ['BAD_NAME', join('acme', 'automations', 'not$ok.yml')],
      ['BAD_NAME', 'bad name'],
      ['OUTSIDE', join('acme', 'automations', 'link.yml')],
      ['TOO_LARGE', join('acme', 'automations', 'big.yml')],
    ]);
    await writeFile(join(outside, 'index.yml'), 'secret');
    expect(await opened.files.read('linked')).toEqual({});
    await rm(outside, { recursive: true });
    await opened.close();
  });

  it('reads slugs with slashes and blanks', async () => {
    const { files, write, close } = await open();
    await write('acme/automations/a/b c.yml', 'ok');
    await write('acme/automations/.git/b.yml', 'no');
    expect(await files.read('acme')).toEqual({ 'automations/a/b c.yml': 'ok' });
    await close();
  });

  it('sees changes without signs of the file system', async () => {
    let sign = '1';
    const told: string[][] = [];
    const stop = changeFeed({
      signature: async () => new Map([['acme', sign]]),
      changed: (ids) => told.push([...ids]),
      debounceMs: 1,
      pollMs: 5,
      signs: () => {
        throw new Error('not on this file system');
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toEqual([]);
    sign = '2';
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop();
    expect(told).toEqual([['acme']]);
  });
});

it('reads a file again when it has changed, at once and later, in place and by another', async () => {
  const { dir, files, write, close } = await open();
  const read = async () => (await files.read('acme'))?.['automations/a.yml'];
  await write('acme/automations/a.yml', '1');
  for (const text of ['2', '3']) {
    expect(await read()).toBe(String(Number(text) - 1));
    await write('acme/automations/a.yml', text);
  }
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect([await read(), await read()]).toEqual(['3', '3']);
  await write('acme/automations/a.yml', '4');
  expect(await read()).toBe('4');
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(await read()).toBe('4');
  await write('acme/automations/b.yml', '5');
  await rename(join(dir, 'acme', 'automations', 'b.yml'), join(dir, 'acme', 'automations', 'a.yml'));
  expect(await read()).toBe('5');
  await close();
});
