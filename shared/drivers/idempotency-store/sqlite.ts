import type { IdempotencyStore } from '../../ports/idempotency-store';
import type { SqliteDatabase } from '../sqlite/database';

export interface SqliteIdempotencyStore extends IdempotencyStore {
  /** Removes keys that are free again. Returns how many. */
  sweep(): Promise<number>;
}

export function sqliteIdempotencyStore(db: SqliteDatabase, now: () => number = Date.now): SqliteIdempotencyStore {
  return {
    claim: (key, claim, keepMs) =>
      db.write((tx) => {
        const held = tx.get<{ run: string; body_hash: string; expires_at: number }>(
          'SELECT run, body_hash, expires_at FROM idempotency WHERE key = ?',
          [key],
        );
        if (held && held.expires_at > now()) return { first: false, run: held.run, bodyHash: held.body_hash };
        tx.run(
          `INSERT INTO idempotency (key, run, body_hash, expires_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (key) DO UPDATE SET run = excluded.run, body_hash = excluded.body_hash, expires_at = excluded.expires_at`,
          [key, claim.run, claim.bodyHash, now() + keepMs],
        );
        return { first: true, run: claim.run, bodyHash: claim.bodyHash };
      }),
    release: (key, run) =>
      // Only its own claim: the key may have been claimed anew since.
      db.write((tx) => void tx.run('DELETE FROM idempotency WHERE key = ? AND run = ?', [key, run])),
    sweep: () => db.write((tx) => tx.run('DELETE FROM idempotency WHERE expires_at <= ?', [now()]).changes),
  };
}
