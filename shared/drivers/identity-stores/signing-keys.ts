import type { JsonObject } from '../../core/json';
import type { SigningKeyStore } from '../../ports/identity/signing-key-store';
import type { SqliteDatabase } from '../sqlite/database';

interface Row {
  readonly kid: string;
  readonly created_at: number;
  readonly jwk: string;
}

export const sqliteSigningKeyStore = (db: SqliteDatabase): SigningKeyStore => ({
  list: async () =>
    db
      .all<Row>('SELECT * FROM signing_keys ORDER BY created_at DESC, kid')
      .map(({ kid, created_at, jwk }) => ({ kid, createdAt: created_at, jwk: JSON.parse(jwk) as JsonObject })),
  add: ({ kid, createdAt, jwk }) =>
    db.write((tx) => void tx.run('INSERT INTO signing_keys VALUES (?, ?, ?)', [kid, createdAt, JSON.stringify(jwk)])),
  delete: (kid) => db.write((tx) => void tx.run('DELETE FROM signing_keys WHERE kid = ?', [kid])),
});
