import type { TraceStore } from '../../ports/flush-store';
import { unsealTrace } from '../flush-store/mask';
import { traceRecord } from '../flush-store/trace-text';
import type { SqliteDatabase } from '../sqlite/database';
import { answerOf, type PartsRow } from './answer-of';

/** @param key opens sealed texts; without it they stay sealed */
export function sqliteTraceStore(db: SqliteDatabase, key?: Buffer): TraceStore {
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
        .map((record) => (key ? unsealTrace(key, record) : record));
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
      return answerOf(rows);
    },
  };
}
