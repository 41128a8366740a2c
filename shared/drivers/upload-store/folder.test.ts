import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uploadStoreContract } from '../../testing/contracts/upload-store';
import { openDatabase } from '../sqlite/database';
import { folderUploadStore } from './folder';

uploadStoreContract('folder', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-'));
  let time = 1_000;
  let db = openDatabase(join(dir, 'test.db'));
  const made = () => folderUploadStore(db, join(dir, 'uploads'), () => time);
  return {
    uploads: made(),
    setTime: (ms) => void (time = ms),
    async reopen() {
      await db.close();
      db = openDatabase(join(dir, 'test.db'));
      return made();
    },
    async close() {
      await db.close();
      rmSync(dir, { recursive: true });
    },
  };
});

it('clears away bytes that a crash has left without a file, not those of an upload under way', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-'));
  const db = openDatabase(':memory:');
  const [old, fresh] = [join(dir, 'shop', 'old'), join(dir, 'shop', 'fresh')];
  mkdirSync(join(dir, 'shop'));
  for (const path of [old, fresh]) writeFileSync(path, 'x');
  utimesSync(old, 1, 1);
  await folderUploadStore(db, dir).sweep();
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  await db.close();
  rmSync(dir, { recursive: true });
});
