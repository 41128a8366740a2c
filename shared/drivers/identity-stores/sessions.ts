import type { Session, SessionStore } from '../../ports/identity/session-store';
import type { SqliteDatabase } from '../sqlite/database';

interface Row {
  readonly id: string;
  readonly user: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly mfa_validated: number;
  readonly csrf_token: string;
}

export const sqliteSessionStore = (db: SqliteDatabase, now: () => number = Date.now): SessionStore => ({
  create: ({ id, userId, createdAt, expiresAt, mfaValidated, csrfToken }) =>
    db.write(
      (tx) =>
        void tx.run('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)', [
          ...[id, userId, createdAt, expiresAt],
          ...[mfaValidated ? 1 : 0, csrfToken],
        ]),
    ),
  async find(id) {
    const row = db.get<Row>('SELECT * FROM sessions WHERE id = ? AND expires_at > ?', [id, now()]);
    return row === undefined ? null : toSession(row);
  },
  validateMfa: (id) => db.write((tx) => void tx.run('UPDATE sessions SET mfa_validated = 1 WHERE id = ?', [id])),
  end: (id) => db.write((tx) => tx.run('DELETE FROM sessions WHERE id = ?', [id]).changes > 0),
  endAllOf: (userId, keep = '') =>
    db.write((tx) => tx.run('DELETE FROM sessions WHERE user = ? AND id <> ?', [userId, keep]).changes),
  sweep: () => db.write((tx) => tx.run('DELETE FROM sessions WHERE expires_at <= ?', [now()]).changes),
});

const toSession = (row: Row): Session => ({
  id: row.id,
  userId: row.user,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  mfaValidated: row.mfa_validated === 1,
  csrfToken: row.csrf_token,
});
