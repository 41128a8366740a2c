import { createHash } from 'node:crypto';
import { mkdir, open, opendir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteRange, FileBytes, PutBytes } from '../../ports/file-bytes';
import type { FileKey } from '../../ports/file-records';
import { isPlatformError } from '../../core/errors/errors';
import { toStorageError } from '../sqlite/errors';

/** A ULID: nothing else can be a name in these folders. */
const ID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const WORKSPACE = /^[\w-]{1,200}$/;
/** No workspace can be called so. */
const DRAFTS = '.drafts';
let drafts = 0;

/** One folder a workspace, one file an id. A file that is there is whole and on the disk. */
export function folderFileBytes(dir: string): FileBytes {
  const pathOf = ({ workspaceId, id }: FileKey): string | null =>
    WORKSPACE.test(workspaceId) && ID.test(id) ? join(dir, workspaceId, id) : null;
  return {
    async put(key, content) {
      const path = pathOf(key);
      if (path === null) throw new Error('cannot happen: keys of files are made by us');
      const draft = join(dir, DRAFTS, `${key.id}.${process.pid}.${drafts++}`);
      try {
        await writing(() => mkdir(join(dir, DRAFTS), { recursive: true }));
        const put = await writeDraft(draft, content);
        await writing(() => moveInto(join(dir, key.workspaceId), draft, path));
        return put;
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    async get(key, range) {
      const path = pathOf(key);
      const file = path === null ? null : await open(path, 'r').catch(nullIfMissing);
      return file === null ? null : file.createReadStream(bounds(range));
    },
    async remove(keys) {
      for (const key of keys) {
        const path = pathOf(key);
        if (path !== null) await writing(() => rm(path, { force: true }));
      }
      // The last one takes the folder with it; one that is not empty, or just filled again, stays.
      for (const workspaceId of new Set(keys.map((key) => key.workspaceId)))
        await rmdir(join(dir, workspaceId)).catch(() => undefined);
    },
    async *list() {
      for await (const workspaceId of namesIn(dir))
        for await (const id of namesIn(join(dir, workspaceId))) {
          const path = pathOf({ workspaceId, id });
          const found = path === null ? null : await stat(path).catch(nullIfMissing);
          if (found?.isFile()) yield { key: { workspaceId, id }, writtenAt: found.mtimeMs };
        }
    },
    async sweep(before) {
      for await (const name of namesIn(join(dir, DRAFTS))) {
        const path = join(dir, DRAFTS, name);
        const found = await stat(path).catch(nullIfMissing);
        if (found && found.mtimeMs < before) await writing(() => rm(path, { force: true }));
      }
    },
  };
}

async function writeDraft(path: string, content: AsyncIterable<Uint8Array>): Promise<PutBytes> {
  const file = await writing(() => open(path, 'wx', 0o600));
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const piece of content) {
      hash.update(piece);
      size += piece.length;
      await writing(() => file.writeFile(piece));
    }
    await writing(() => file.sync());
  } finally {
    await file.close();
  }
  return { size, digest: hash.digest('hex') };
}

async function moveInto(folder: string, draft: string, path: string): Promise<void> {
  for (let lap = 0; ; lap++) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const missing = await rename(draft, path).then(
      () => false,
      (error: unknown) => lap < 10 && nullIfMissing(error) === null,
    );
    if (!missing) break; // Else who has removed the last file has taken the folder away in between.
  }
  // The name must survive a crash too, not only the bytes.
  const entry = await open(folder, 'r');
  try {
    await entry.sync();
  } finally {
    await entry.close();
  }
}

const bounds = (range: ByteRange | undefined) => (range ? { start: range.first, end: range.last } : {});

/** Nothing where there is no such folder. */
async function* namesIn(dir: string): AsyncGenerator<string> {
  const folder = await opendir(dir).catch((error: unknown) => {
    if (code(error) === 'ENOTDIR') return null;
    return nullIfMissing(error);
  });
  if (folder) for await (const { name } of folder) yield name;
}

const code = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

function nullIfMissing(error: unknown): null {
  if (code(error) === 'ENOENT') return null;
  throw toStorageError(error);
}

/** Errors of the disk become ours; those of the content are the caller's. */
async function writing<T>(job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    throw isPlatformError(error) ? error : toStorageError(error);
  }
}
