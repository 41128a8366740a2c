import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderWorkspaceFiles } from './folder';
import { folderFileWriter } from './folder-writer';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'ostinato-writer-'))));
afterEach(() => rmSync(dir, { recursive: true }));

it('writes what the reader reads, as often as it is told', async () => {
  const [writer, files] = [folderFileWriter(dir), folderWorkspaceFiles(dir)];
  const changes = {
    'index.yml': 'name: A',
    'automations/a/b c.yml': 'x',
    '.import.yml': 'slug: a',
    'pages/p.yml': 'p',
  };
  await writer.write('acme', changes);
  await writer.write('acme', changes);
  expect(await files.read('acme')).toEqual(changes);
  await writer.write('acme', { 'automations/a/b c.yml': null, 'imports/none.yml': null, 'index.yml': 'name: B' });
  expect(await files.read('acme')).toEqual({ 'index.yml': 'name: B', '.import.yml': 'slug: a', 'pages/p.yml': 'p' });
  expect(readdirSync(join(dir, 'acme')).sort()).toEqual(['.import.yml', 'index.yml', 'pages']);
});

it.each(['index', 'security', '.import'])(
  'a save of %s.yml counts also where the file was there as .yaml',
  async (name) => {
    const [writer, files] = [folderFileWriter(dir), folderWorkspaceFiles(dir)];
    const path = `${name}.yml`;
    mkdirSync(join(dir, 'acme'));
    writeFileSync(join(dir, 'acme', `${name}.yaml`), 'a: old');
    expect(await files.read('acme')).toEqual({ [path]: 'a: old' });
    await writer.write('acme', { [path]: 'a: new' });
    expect(await files.read('acme')).toEqual({ [path]: 'a: new' });
    expect(readdirSync(join(dir, 'acme'))).toEqual([path]);
    writeFileSync(join(dir, 'acme', `${name}.yaml`), 'a: old');
    expect(await files.read('acme')).toEqual({ [path]: 'a: new' });
    await writer.write('acme', { [path]: null });
    expect(await files.read('acme')).toEqual({});
  },
);

it('removes a workspace with all that is in it, and what an earlier removal has left', async () => {
  const writer = folderFileWriter(dir);
  await writer.write('acme', { 'index.yml': 'name: A' });
  writeFileSync(join(dir, 'acme', 'notes.txt'), 'x');
  mkdirSync(join(dir, '.deleted-acme-1-1'));
  mkdirSync(join(dir, 'acme-2'));
  await writer.remove('acme');
  await writer.remove('acme');
  expect(readdirSync(dir)).toEqual(['acme-2']);
});

it.each(['../x.yml', 'x.txt', 'automations/../../x.yml', '/x.yml'])('refuses to write %j', async (path) => {
  await expect(folderFileWriter(dir).write('acme', { [path]: 'x' })).rejects.toMatchObject({
    code: 'InvalidSlugError',
  });
});

it.each(['..', '.', '', 'a/b', 'a b'])('refuses the workspace %j', async (id) => {
  await expect(folderFileWriter(dir).write(id, {})).rejects.toMatchObject({ code: 'InvalidSlugError' });
  await expect(folderFileWriter(dir).remove(id)).rejects.toMatchObject({ code: 'InvalidSlugError' });
});

it('follows no link that leads out of the folder, not even to make or remove something there', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'ostinato-outside-'));
  writeFileSync(join(outside, 'a.yml'), 'theirs');
  mkdirSync(join(dir, 'acme'));
  symlinkSync(outside, join(dir, 'acme', 'automations'));
  symlinkSync(outside, join(dir, 'linked'));
  const writer = folderFileWriter(dir);
  const refused = { code: 'InvalidSlugError' };
  await expect(writer.write('acme', { 'automations/b.yml': 'x' })).rejects.toMatchObject(refused);
  await expect(writer.write('acme', { 'automations/c/b.yml': 'x' })).rejects.toMatchObject(refused);
  await expect(writer.write('acme', { 'automations/a.yml': null })).rejects.toMatchObject(refused);
  await expect(writer.write('linked', { 'index.yml': 'x' })).rejects.toMatchObject(refused);
  await writer.remove('linked');
  expect([readdirSync(outside), readFileSync(join(outside, 'a.yml'), 'utf8')]).toEqual([['a.yml'], 'theirs']);
  expect(existsSync(join(dir, 'linked'))).toBe(false);
  rmSync(outside, { recursive: true });
});
