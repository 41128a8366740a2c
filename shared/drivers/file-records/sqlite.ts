import type { FileKey, FileQuery, FileRecords, StoredFile } from '../../ports/file-records';
import type { SqliteDatabase, Tx } from '../sqlite/database';

interface Row {
  readonly file: string;
}
interface KeyRow {
  readonly workspace: string;
  readonly id: string;
}

/** Removed in one transaction: others want to write too. */
const EXPIRED_AT_ONCE = 200;

const parsed = ({ file }: Row): StoredFile => JSON.parse(file) as StoredFile;
const toKey = ({ workspace, id }: KeyRow): FileKey => ({ workspaceId: workspace, id });

export function sqliteFileRecords(db: SqliteDatabase): FileRecords {
  const one = (sql: Pick<Tx, 'get'>, { workspaceId, id }: FileKey): StoredFile | null => {
    const row = sql.get<Row>('SELECT file FROM files WHERE workspace = ? AND id = ?', [workspaceId, id]);
    return row ? parsed(row) : null;
  };
  return {
    add: (files) => db.write((tx) => files.forEach((file) => put(tx, file))),
    find: async (key) => one(db, key),
    list: async (workspaceId, query) => {
      const { sql, values } = select(workspaceId, query);
      return db.all<Row>(sql, values).map(parsed);
    },
    change: (key, edit) =>
      db.write((tx) => {
        const found = one(tx, key);
        if (!found) return null;
        const changed = edit(found);
        put(tx, changed);
        return changed;
      }),
    remove: ({ workspaceId, id }) =>
      db.write((tx) => tx.run('DELETE FROM files WHERE workspace = ? AND id = ?', [workspaceId, id]).changes > 0),
    removeWorkspace: (workspaceId) =>
      db.write((tx) =>
        tx.all<KeyRow>('DELETE FROM files WHERE workspace = ? RETURNING workspace, id', [workspaceId]).map(toKey),
      ),
    removeExpired: (now) =>
      db.write((tx) =>
        tx
          .all<KeyRow>(
            `DELETE FROM files WHERE (workspace, id) IN
               (SELECT workspace, id FROM files WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)
             RETURNING workspace, id`,
            [now, EXPIRED_AT_ONCE],
          )
          .map(toKey),
      ),
    async known(keys) {
      const found = db.all<{ id: string }>(
        `SELECT f.id FROM json_each(?) k JOIN files f
           ON f.workspace = json_extract(k.value, '$.workspaceId') AND f.id = json_extract(k.value, '$.id')`,
        [JSON.stringify(keys)],
      );
      return new Set(found.map(({ id }) => id));
    },
  };
}

const put = (tx: Tx, file: StoredFile): void =>
  void tx.run('INSERT OR REPLACE INTO files (workspace, id, created_at, expires_at, file) VALUES (?, ?, ?, ?, ?)', [
    ...[file.workspaceId, file.id, file.createdAt],
    ...[file.expiresAt ?? null, JSON.stringify(file)],
  ]);

/** SQLite takes the booleans of JSON for 1 and 0. */
const AS_TEXT = `CASE WHEN json_type(file, ?) IN ('true', 'false') THEN json_type(file, ?)
  ELSE CAST(json_extract(file, ?) AS TEXT) END`;

function select(workspaceId: string, { now, where, sort, offset, limit }: FileQuery) {
  const conditions = where.map(() => `${AS_TEXT} = ?`);
  const direction = sort.descending ? 'DESC' : 'ASC';
  // The index has them in this order; any other is made for each question.
  const order = sort.field === 'createdAt' ? 'created_at' : 'json_extract(file, ?)';
  return {
    sql: `SELECT file FROM files WHERE ${[
      'workspace = ?',
      '(expires_at IS NULL OR expires_at > ?)',
      ...conditions,
    ].join(' AND ')} ORDER BY ${order} ${direction}, id ${direction} LIMIT ? OFFSET ?`,
    values: [
      ...[workspaceId, now],
      ...where.flatMap(({ field, value }) => [pathOf(field), pathOf(field), pathOf(field), value]),
      ...(sort.field === 'createdAt' ? [] : [pathOf(sort.field)]),
      ...[limit, offset],
    ],
  };
}

/** The name of a metadata field is quoted whole: a dot in it is no step. */
const pathOf = (field: string): string =>
  field.startsWith('metadata.') ? `$.metadata.${JSON.stringify(field.slice('metadata.'.length))}` : `$.${field}`;
