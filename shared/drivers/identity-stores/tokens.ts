import type { AccessToken, AccessTokenStore, OneTimeTokenStore } from '../../ports/identity/token-stores';
import type { SqliteDatabase } from '../sqlite/database';

interface Row {
  readonly id: string;
  readonly user: string;
  readonly name: string;
  readonly expires_at: number;
}

const toToken = ({ id, user, name, expires_at }: Row): AccessToken => ({
  id,
  userId: user,
  name,
  expiresAt: expires_at,
});

const oneToken = (db: SqliteDatabase, column: 'id' | 'hash', value: string): AccessToken | null => {
  const row = db.get<Row>(`SELECT * FROM access_tokens WHERE ${column} = ?`, [value]);
  return row === undefined ? null : toToken(row);
};

export const sqliteAccessTokenStore = (db: SqliteDatabase): AccessTokenStore => ({
  create: ({ id, userId, name, expiresAt }, hash) =>
    db.write(
      (tx) =>
        void tx.run('INSERT INTO access_tokens (id, hash, user, name, expires_at) VALUES (?, ?, ?, ?, ?)', [
          ...[id, hash, userId],
          ...[name, expiresAt],
        ]),
    ),
  find: async (hash) => oneToken(db, 'hash', hash),
  findById: async (id) => oneToken(db, 'id', id),
  listOf: async (userId) =>
    db.all<Row>('SELECT * FROM access_tokens WHERE user = ? ORDER BY number', [userId]).map(toToken),
  delete: (userId, idOrHash) =>
    db.write((tx) => {
      const row = tx.get<Row>('SELECT * FROM access_tokens WHERE user = ? AND (id = ? OR hash = ?)', [
        ...[userId, idOrHash],
        idOrHash,
      ]);
      if (row === undefined) return null;
      tx.run('DELETE FROM access_tokens WHERE id = ?', [row.id]);
      return toToken(row);
    }),
  deleteAllOf: (userId) => db.write((tx) => tx.run('DELETE FROM access_tokens WHERE user = ?', [userId]).changes),
});

export const sqliteOneTimeTokenStore = (db: SqliteDatabase, now: () => number = Date.now): OneTimeTokenStore => ({
  put: (hash, { purpose, userId, expiresAt }) =>
    db.write(
      (tx) => void tx.run('INSERT INTO one_time_tokens VALUES (?, ?, ?, ?)', [hash, purpose, userId, expiresAt]),
    ),
  take: (hash, purpose) =>
    db.write((tx) => {
      const row = tx.get<Row>('SELECT user FROM one_time_tokens WHERE hash = ? AND purpose = ? AND expires_at > ?', [
        ...[hash, purpose],
        now(),
      ]);
      if (row === undefined) return null;
      tx.run('DELETE FROM one_time_tokens WHERE hash = ?', [hash]);
      return { userId: row.user };
    }),
  deleteAllOf: (userId, purpose) =>
    db.write((tx) => {
      const of = purpose === undefined ? '' : ' AND purpose = ?';
      return tx.run(
        `DELETE FROM one_time_tokens WHERE user = ?${of}`,
        purpose === undefined ? [userId] : [userId, purpose],
      ).changes;
    }),
  sweep: () => db.write((tx) => tx.run('DELETE FROM one_time_tokens WHERE expires_at <= ?', [now()]).changes),
});
