import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileQuery, StoredFile, UploadStore } from '../../ports/upload-store';
import type { SqliteDatabase } from '../sqlite/database';
import { toStorageError } from '../sqlite/errors';

interface FileRow {
  readonly file: string;
}

/** Bytes without a row are those of an upload under way, or of one that a crash has ended. */
const LEFT_BEHIND_MS = 3_600_000;

/** What is known of a file in the database, its bytes below `dir` as `<workspace>/<id>`. */
export function folderUploadStore(db: SqliteDatabase, dir: string, now: () => number = Date.now): UploadStore {
  let lookedForLeftovers = 0;
  const pathOf = (workspaceId: string, id: string) => join(dir, workspaceId, id);
  const find: UploadStore['find'] = (workspaceId, id) => {
    const row = db.get<FileRow>('SELECT file FROM uploads WHERE workspace = ? AND id = ?', [workspaceId, id]);
    return row ? alive(JSON.parse(row.file) as StoredFile, now()) : null;
  };
  const drop = (workspaceId: string, id: string) =>
    db.write((tx) => tx.run('DELETE FROM uploads WHERE workspace = ? AND id = ?', [workspaceId, id]).changes > 0);

  async function dropExpired(): Promise<void> {
    const rows = db.all<{ workspace: string; id: string }>(
      'SELECT workspace, id FROM uploads WHERE expires_at <= ? LIMIT 1000',
      [now()],
    );
    for (const { workspace, id } of rows) {
      await drop(workspace, id);
      await removing(pathOf(workspace, id));
    }
  }

  async function dropLeftovers(): Promise<void> {
    if (now() - lookedForLeftovers < LEFT_BEHIND_MS) return;
    lookedForLeftovers = now();
    for (const workspace of await readdir(dir).catch((): string[] => []))
      for (const id of await readdir(join(dir, workspace)).catch((): string[] => [])) {
        if (db.get('SELECT 1 FROM uploads WHERE workspace = ? AND id = ?', [workspace, id])) continue;
        const found = await stat(pathOf(workspace, id)).catch(() => null);
        if (found && found.mtimeMs < Date.now() - LEFT_BEHIND_MS) await removing(pathOf(workspace, id));
      }
  }

  return {
    async put(file, content) {
      await writing(join(dir, file.workspaceId), file.id, content);
      await db.write((tx) =>
        tx.run('INSERT INTO uploads (workspace, id, expires_at, file) VALUES (?, ?, ?, ?)', [
          ...[file.workspaceId, file.id],
          ...[file.expiresAt ?? null, JSON.stringify(file)],
        ]),
      );
    },
    find,
    async content(workspaceId, id) {
      if (find(workspaceId, id) === null) return null;
      try {
        return await readFile(pathOf(workspaceId, id));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw toStorageError(error);
      }
    },
    list: (workspaceId, query) =>
      db.all<FileRow>(...listing(workspaceId, query, now())).map(({ file }) => JSON.parse(file) as StoredFile),
    change: (workspaceId, id, edit) =>
      db.write((tx) => {
        const row = tx.get<FileRow>('SELECT file FROM uploads WHERE workspace = ? AND id = ?', [workspaceId, id]);
        const before = row ? alive(JSON.parse(row.file) as StoredFile, now()) : null;
        if (before === null) return null;
        const after = edit(before);
        tx.run('UPDATE uploads SET expires_at = ?, file = ? WHERE workspace = ? AND id = ?', [
          ...[after.expiresAt ?? null, JSON.stringify(after)],
          ...[workspaceId, id],
        ]);
        return after;
      }),
    async remove(workspaceId, id) {
      const wasThere = find(workspaceId, id) !== null;
      await drop(workspaceId, id);
      await removing(pathOf(workspaceId, id));
      return wasThere;
    },
    async forget(workspaceId) {
      await db.write((tx) => tx.run('DELETE FROM uploads WHERE workspace = ?', [workspaceId]));
      await removing(join(dir, workspaceId));
    },
    async sweep() {
      await dropExpired();
      await dropLeftovers();
    },
  };
}

const alive = (file: StoredFile, at: number): StoredFile | null =>
  file.expiresAt !== undefined && file.expiresAt <= at ? null : file;

/** Fields are bound as paths, so none of them is ever read as SQL. */
function listing(workspaceId: string, { where, sort, offset, limit }: FileQuery, at: number) {
  const filters = Object.entries(where);
  const conditions = filters.map(() => 'AND CAST(json_extract(file, ?) AS TEXT) = ?');
  const sql = `SELECT file FROM uploads WHERE workspace = ? AND (expires_at IS NULL OR expires_at > ?) ${conditions.join(' ')}
    ORDER BY json_extract(file, ?) ${sort.descending ? 'DESC' : 'ASC'}, id ${sort.descending ? 'DESC' : 'ASC'} LIMIT ? OFFSET ?`;
  const values = filters.flatMap(([field, value]) => [pathTo(field), field === 'public' ? flag(value) : value]);
  return [sql, [workspaceId, at, ...values, pathTo(sort.field), limit, offset]] as const;
}

/** SQLite gives truth values of JSON as numbers. */
const flag = (value: string): string => (value === 'true' ? '1' : '0');

const pathTo = (field: string): string =>
  `$.${field
    .split('.')
    .map((step) => `"${step.replaceAll('"', '')}"`)
    .join('.')}`;

async function writing(folder: string, name: string, content: Uint8Array): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(join(folder, name), 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw toStorageError(error);
  }
}

const removing = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true }).catch((error: unknown) => {
    throw toStorageError(error);
  });
