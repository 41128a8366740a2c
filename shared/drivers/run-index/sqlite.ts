import type { RunStatus } from '../../core/run/run-note';
import type { PositionedNote, RunIndex, RunState } from '../../ports/run-index';
import type { SqliteDatabase } from '../sqlite/database';
import { applyCorrection, applyNotes } from './apply';
import { findPage } from './query';
import { keptRow, toIndexed } from './row';

/** Runs taken into one transaction: the thread serves nobody else meanwhile. */
const AT_ONCE = 20;
/** Nobody waits for the list: it lets another commit take it along. */
const LINGER_MS = 30;

type StateRow = {
  readonly id: string;
  readonly status: RunStatus;
  readonly engine_run: string;
  readonly heard_at: number;
  readonly wait_count: number;
};
const STATE = 'SELECT id, status, engine_run, heard_at, wait_count FROM run_index';

export function sqliteRunIndex(db: SqliteDatabase, now: () => number = Date.now): RunIndex {
  return {
    async apply(notes) {
      const runs = [...groupByRun(notes).values()];
      const starts = Array.from({ length: Math.ceil(runs.length / AT_ONCE) }, (_, n) => n * AT_ONCE);
      await Promise.all(
        starts.map((from) =>
          db.writeWithin(LINGER_MS, (tx) => {
            for (const some of runs.slice(from, from + AT_ONCE)) applyNotes(tx, some, now());
          }),
        ),
      );
    },
    async correct(corrections) {
      let changed = 0;
      for (let from = 0; from < corrections.length; from += AT_ONCE)
        await db.write((tx) => {
          for (const one of corrections.slice(from, from + AT_ONCE)) if (applyCorrection(tx, one, now())) changed++;
        });
      return changed;
    },
    async get(workspaceId, run) {
      const kept = keptRow(db, run);
      return kept && kept.row.workspace === workspaceId ? toIndexed(kept) : null;
    },
    list: async (workspaceId, query) => findPage(db, workspaceId, query),
    async states(runs) {
      const rows = db.all<StateRow>(`${STATE} WHERE id IN (SELECT value FROM json_each(?))`, [JSON.stringify(runs)]);
      return new Map(rows.map((row) => [row.id, toState(row)]));
    },
    async open(after, limit) {
      return db
        .all<StateRow>(`${STATE} WHERE closed_at IS NULL AND id > ? ORDER BY id LIMIT ?`, [after ?? '', limit])
        .map((row) => ({ run: row.id, ...toState(row) }));
    },
    counts: async () =>
      db.all('SELECT workspace AS workspaceId, status, count(*) AS runs FROM run_index GROUP BY workspace, status'),
    async sweep(closedBefore) {
      for (let removed = 0; ;) {
        const some = await db.write((tx) => {
          const rows = tx.all<{ id: string }>('SELECT id FROM run_index WHERE closed_at < ? LIMIT ?', [
            closedBefore,
            AT_ONCE,
          ]);
          for (const { id } of rows)
            for (const table of ['run_index', 'run_index_details', 'run_index_waits'])
              tx.run(`DELETE FROM ${table} WHERE id = ?`, [id]);
          return rows.length;
        });
        removed += some;
        if (some < AT_ONCE) return removed;
      }
    },
  };
}

function groupByRun(notes: readonly PositionedNote[]): Map<string, PositionedNote[]> {
  const byRun = new Map<string, PositionedNote[]>();
  for (const one of notes) {
    const known = byRun.get(one.note.run);
    if (known) known.push(one);
    else byRun.set(one.note.run, [one]);
  }
  return byRun;
}

const toState = ({ status, engine_run, heard_at, wait_count }: StateRow): RunState => ({
  status,
  engineRunId: engine_run,
  heardAt: heard_at,
  waitCount: wait_count,
});
