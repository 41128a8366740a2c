/** How notes and corrections change the list of runs. */
import { isOpenStatus } from '../../core/run/run-note';
import type { PositionedNote, RunCorrection } from '../../ports/run-index';
import type { Tx } from '../sqlite/database';
import { factColumns, keptRow, progressColumns, putRow, type Detail, type Kept } from './row';

/** Notes of one run, in order. The last one says how far it is; what is counted is counted over all that are new. */
export function applyNotes(tx: Tx, notes: readonly PositionedNote[], now: number): void {
  const last = notes.at(-1);
  if (!last) return;
  const { note, position } = last;
  const before = keptRow(tx, note.run);
  const fresh = notes.filter((one) => one.position > (before?.row.heard ?? 0));
  const start = fresh.flatMap((one) => one.note.start ?? [])[0];
  // Of a run that began before there was a list, the reconciliation tells.
  if (fresh.length === 0 || (!before && !start)) return;
  const startedAt = before?.row.started_at ?? start?.startedAt ?? 0;
  const { error } = note;
  // A run may go on after it has answered.
  const output = fresh.reduce((kept, one) => one.note.output ?? kept, before?.detail.output);
  const detail: Detail = {
    ...(start ? startDetail(start) : before && { eventId: before.detail.eventId, depth: before.detail.depth }),
    depth: start?.depth ?? before?.detail.depth ?? 0,
    throttledMs: (before?.detail.throttledMs ?? 0) + fresh.reduce((sum, one) => sum + (one.note.throttledMs ?? 0), 0),
    waits: note.waits,
    ...(output !== undefined && { output }),
    ...(error && { error: { message: error.message, ...(error.at && { at: error.at }) } }),
  };
  const facts = start ? factColumns(start, startedAt) : undefined;
  putRow(
    tx,
    {
      row: {
        ...(before?.row ?? { workspace: note.workspaceId, id: note.run }),
        ...facts,
        ...progressColumns({ ...note, closedAt: note.at, error: error?.error }, startedAt),
        ...{ heard: position, heard_at: now, engine_run: note.engineRunId },
      } as Kept['row'],
      detail,
    },
    before,
  );
}

const startDetail = ({ trigger: { id }, depth }: { trigger: { readonly id?: string }; readonly depth: number }) => ({
  ...(id !== undefined && { eventId: id }),
  depth,
});

/** @returns whether it made a difference */
export function applyCorrection(tx: Tx, correction: RunCorrection, now: number): boolean {
  const { run, workspaceId, engineRunId, status, closedAt, blocked, facts, heardAt } = correction;
  const before = keptRow(tx, run);
  if (!before && !facts) return false;
  if (before && heardAt !== undefined && before.row.heard_at !== heardAt) return false;
  if (before && before.row.status === status && before.row.engine_run === engineRunId && !blocked) return false;
  const startedAt = before?.row.started_at ?? facts?.startedAt ?? 0;
  const open = isOpenStatus(status);
  const error = correction.error ?? (before && !open ? errorOf(before) : undefined);
  const detail: Detail = {
    ...(before ? withoutEnd(before.detail) : startDetail(facts ?? { trigger: {}, depth: 0 })),
    depth: before?.detail.depth ?? facts?.depth ?? 0,
    throttledMs: before?.detail.throttledMs ?? 0,
    waits: open ? (before?.detail.waits ?? []) : [],
    ...(blocked && { blocked }),
    ...(error && { error: { message: error.message } }),
  };
  const waitCount = before?.row.wait_count ?? 0;
  const progress = { status, closedAt: closedAt ?? now, waits: detail.waits, blocked, waitCount, error: error?.error };
  putRow(
    tx,
    {
      row: {
        ...(before?.row ?? { workspace: workspaceId, id: run, heard: 0, ...(facts && factColumns(facts)) }),
        ...progressColumns(progress, startedAt),
        // Who was ended from outside says no more: notes that are still on their way are from before.
        ...(status === 'terminated' && { heard: newestNote(tx) }),
        ...{ heard_at: now, engine_run: engineRunId },
      } as Kept['row'],
      detail,
    },
    before,
  );
  return true;
}

const withoutEnd = ({ blocked: _blocked, error: _error, ...rest }: Detail): Detail => rest;

const errorOf = ({ row, detail }: Kept) =>
  row.error === null ? undefined : { error: row.error, message: detail.error?.message ?? '' };

const newestNote = (tx: Tx): number =>
  tx.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'run_notes'")?.seq ?? 0;
