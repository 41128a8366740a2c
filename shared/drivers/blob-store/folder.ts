import { createHash } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../../ports/blob-store';
import { toStorageError } from '../sqlite/errors';

const DIGEST = /^b:([0-9a-f]{2})([0-9a-f]{62})$/;
let drafts = 0;

/** One file a blob, `aa/bb...` by the digits of its digest. A file that is there is whole and on the disk. */
export function folderBlobStore(dir: string): BlobStore {
  const known = new Set<string>();
  const folders = new Set<string>();
  return {
    async put(bytes) {
      const hex = createHash('sha256').update(bytes).digest('hex');
      const digest = `b:${hex}`;
      if (known.has(digest)) return digest;
      const folder = join(dir, hex.slice(0, 2));
      try {
        if (!folders.has(folder)) await mkdir(folder, { recursive: true });
        folders.add(folder);
        await writeWhole(folder, hex.slice(2), bytes);
      } catch (error) {
        throw toStorageError(error);
      }
      if (known.size > 10_000) known.clear(); // It only spares the file system a question.
      known.add(digest);
      return digest;
    },
    async get(digest) {
      const parts = DIGEST.exec(digest);
      if (!parts?.[1] || !parts[2]) return null;
      try {
        return await readFile(join(dir, parts[1], parts[2]));
      } catch (error) {
        if (isMissing(error)) return null;
        throw toStorageError(error);
      }
    },
  };
}

async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, name);
  if (await exists(path)) return;
  const draft = `${path}.${process.pid}.${drafts++}`;
  try {
    const file = await open(draft, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  // The name must survive a crash too, not only the bytes.
  const entry = await open(folder, 'r');
  try {
    await entry.sync();
  } finally {
    await entry.close();
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
