/**
 * Traces of runs that ended long ago go, with all that is kept for their repetitions. What is open is never touched: a
 * run counts as ended only when its newest timeline is, for a reset opens it again.
 */
import type { SqliteDatabase, Tx } from '../sqlite/database';

/** Runs removed in one transaction: the thread serves nobody else meanwhile. */
const AT_ONCE = 50;

export interface TraceRetention {
  /** Removes the traces of runs that ended before. Returns how many. */
  sweep(before: number): Promise<number>;
  /** When the oldest flush was made that is still kept; undefined when that is not known, now when there is none. */
  oldest(now: number): number | undefined;
}

export function traceRetention(db: SqliteDatabase): TraceRetention {
  return {
    async sweep(before) {
      for (let removed = 0; ;) {
        const some = await db.write((tx) => dropSome(tx, before));
        removed += some;
        if (some < AT_ONCE) return removed;
      }
    },
    oldest(now) {
      const row = db.get<{ at: number | null }>('SELECT at FROM run_flushes ORDER BY rowid LIMIT 1');
      return row === undefined ? now : (row.at ?? undefined);
    },
  };
}

function dropSome(tx: Tx, before: number): number {
  const runs = tx.all<{ run: string }>(
    `SELECT DISTINCT run FROM run_flushes f WHERE ended_at <= ?
       AND NOT EXISTS (SELECT 1 FROM run_flushes newer WHERE newer.run = f.run AND newer.gen > f.gen)
       AND NOT EXISTS (SELECT 1 FROM run_generations newer WHERE newer.run = f.run AND newer.gen > f.gen)
     LIMIT ${AT_ONCE}`,
    [before],
  );
  for (const { run } of runs) drop(tx, run);
  return runs.length;
}

function drop(tx: Tx, run: string): void {
  tx.run(
    `DELETE FROM trace_blobs WHERE digest IN (SELECT digest FROM trace_blob_refs mine WHERE run = ?
       AND NOT EXISTS (SELECT 1 FROM trace_blob_refs other WHERE other.digest = mine.digest AND other.run <> mine.run))`,
    [run],
  );
  for (const table of ['trace_blob_refs', 'run_flushes', 'run_seals', 'run_generations', 'run_contexts'])
    tx.run(`DELETE FROM ${table} WHERE run = ?`, [run]);
}
