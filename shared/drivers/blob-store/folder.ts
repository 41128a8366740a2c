import { createHash } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../../ports/blob-store';
import { toStorageError } from '../sqlite/errors';

const DIGEST = /^b:([0-9a-f]{2})([0-9a-f]{62})$/;
/** A blob that is put again is marked as used at most so often. */
const MARK_EVERY_MS = 3_600_000;
let drafts = 0;

export interface FolderBlobStore extends BlobStore {
  /** Removes blobs that were last put before. */
  sweep(before: number): Promise<void>;
}

/** One file a blob, `aa/bb...` by the digits of its digest. A file that is there is whole and on the disk. */
export function folderBlobStore(dir: string, now: () => number = Date.now): FolderBlobStore {
  /** When a blob was last marked as used. */
  const known = new Map<string, number>();
  const folders = new Set<string>();
  return {
    async put(bytes) {
      const hex = createHash('sha256').update(bytes).digest('hex');
      const digest = `b:${hex}`;
      if ((known.get(digest) ?? 0) > now() - MARK_EVERY_MS) return digest;
      const folder = join(dir, hex.slice(0, 2));
      try {
        if (!folders.has(folder)) await mkdir(folder, { recursive: true });
        folders.add(folder);
        await writeWhole(folder, hex.slice(2), bytes);
      } catch (error) {
        throw toStorageError(error);
      }
      if (known.size > 10_000) known.clear(); // It only spares the file system a question.
      known.set(digest, now());
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
    async sweep(before) {
      const names = await readdir(dir, { recursive: true }).catch((): string[] => []);
      for (const name of names) {
        if (!/^[0-9a-f]{2}.[0-9a-f]{62}/.test(name)) continue;
        dropOld(join(dir, name), before);
        await new Promise(setImmediate); // Others want the thread too.
      }
    },
  };
}

/** In one piece: a blob that is put meanwhile is marked before we look, or written anew after it is gone. */
function dropOld(path: string, before: number): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && found.mtimeMs < before) rmSync(path, { force: true });
}

async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, name);
  if (await marked(path)) return;
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

/** Marks a blob that is there as used. */
const marked = (path: string): Promise<boolean> =>
  utimes(path, new Date(), new Date()).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
