import type { TraceStore } from '../../ports/flush-store';
import type { Keyring } from '../encryption/keyring';
import { createVault, openVault } from '../encryption/vault';
import { unsealTrace, withoutSealed } from '../flush-store/mask';
import { traceRecord } from '../flush-store/trace-text';
import type { SqliteDatabase } from '../sqlite/database';
import { answerOf, type PartsRow } from './answer-of';

/** @param keyring opens sealed texts; without it they stay sealed */
export function sqliteTraceStore(db: SqliteDatabase, keyring?: Keyring): TraceStore {
  const vault = keyring ? createVault(keyring) : openVault;
  const blob = (digest: string) =>
    db.get<{ json: string }>('SELECT json FROM trace_blobs WHERE digest = ?', [digest])?.json;
  return {
    async read(run, fromFlush = 0) {
      return db
        .all<{ record: string }>('SELECT record FROM run_flushes WHERE run = ? AND flush >= ? ORDER BY gen, flush', [
          run,
          fromFlush,
        ])
        .map(({ record }) => traceRecord(record, blob))
        .map((record) => (keyring ? unsealTrace(keyring, record) : record));
    },
    async readShown(run) {
      return db
        .all<{ record: string }>('SELECT record FROM run_flushes WHERE run = ? ORDER BY gen, flush', [run])
        .map(({ record }) => withoutSealed(traceRecord(record, blob)));
    },
    async list({ workspaceId, limit = 100 }) {
      const where = workspaceId === undefined ? '' : 'AND workspace = ?';
      return db
        .all<{ run: string }>(
          `SELECT run FROM run_flushes WHERE is_first = 1 ${where} GROUP BY run ORDER BY max(rowid) DESC LIMIT ?`,
          workspaceId === undefined ? [limit] : [workspaceId, limit],
        )
        .map(({ run }) => run);
    },
    async answer(run) {
      const rows = db.all<PartsRow>('SELECT gen, flush, parts FROM run_flushes WHERE run = ? ORDER BY gen, flush', [
        run,
      ]);
      return answerOf(rows, vault.open);
    },
  };
}
