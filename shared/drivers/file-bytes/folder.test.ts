import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBytesContract, pieces } from '../../testing/contracts/file-bytes';
import { folderFileBytes } from './folder';

const newDir = (): string => mkdtempSync(join(tmpdir(), 'ostinato-'));

fileBytesContract('folder', async () => {
  const dir = newDir();
  return {
    bytes: folderFileBytes(join(dir, 'uploads')),
    reopen: () => folderFileBytes(join(dir, 'uploads')),
    close: async () => rmSync(dir, { recursive: true }),
  };
});

describe('the folder', () => {
  const dir = newDir();
  const bytes = folderFileBytes(dir);
  const id = '0'.repeat(26);
  afterAll(() => rmSync(dir, { recursive: true }));

  it('loses the drafts of a process that has died, and nothing else', async () => {
    await bytes.put({ workspaceId: 'acme', id }, pieces('kept'));
    writeFileSync(join(dir, '.drafts', `${id}.1.0`), 'half');
    utimesSync(join(dir, '.drafts', `${id}.1.0`), 1, 1);
    await bytes.sweep(Date.now() - 1_000);
    expect(readdirSync(join(dir, '.drafts'))).toEqual([]);
    expect(readdirSync(join(dir, 'acme'))).toEqual([id]);
  });

  it('lists no folders, no links, no files of others', async () => {
    mkdirSync(join(dir, 'acme', '1'.repeat(26)));
    symlinkSync('/etc', join(dir, 'linked'));
    writeFileSync(join(dir, 'acme', 'notes.txt'), 'x');
    writeFileSync(join(dir, 'readme'), 'x');
    const keys: string[] = [];
    for await (const { key } of bytes.list()) keys.push(`${key.workspaceId}/${key.id}`);
    expect(keys).toEqual([`acme/${id}`]);
  });

  it('takes the folder of a workspace away with its last file', async () => {
    await bytes.put({ workspaceId: 'other', id }, pieces('x'));
    await bytes.remove([{ workspaceId: 'other', id }]);
    expect(existsSync(join(dir, 'other'))).toBe(false);
  });
});
