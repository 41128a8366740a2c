/** Notes of flushes: written in the flush's own transaction, taken by the consumer that fills the list of runs. */
import type { RunNote } from '../../core/run/run-note';
import type { RunNotes } from '../../ports/run-index';
import type { SqliteDatabase, Tx } from '../sqlite/database';

export interface NoteLog extends RunNotes {
  append(tx: Tx, note: RunNote): void;
}

export function noteLog(db: SqliteDatabase): NoteLog {
  const listeners = new Set<() => void>();
  /** Up to this one they are taken, whether they are deleted already or not. */
  let taken = 0;
  const tell = () => {
    for (const wake of listeners) wake();
  };
  return {
    append(tx, note) {
      tx.run('INSERT INTO run_notes (run, note) VALUES (?, ?)', [note.run, JSON.stringify(note)]);
      if (listeners.size > 0) tx.afterCommit(tell);
    },
    async read(limit) {
      return db
        .all<{
          position: number;
          note: string;
        }>('SELECT position, note FROM run_notes WHERE position > ? ORDER BY position LIMIT ?', [taken, limit])
        .map(({ position, note }) => ({ position, note: JSON.parse(note) as RunNote }));
    },
    async acknowledge(position) {
      taken = position;
      // After a crash they are taken again, which changes nothing.
      db.lazily((tx) => void tx.run('DELETE FROM run_notes WHERE position <= ?', [position]));
    },
    onAppended(wake) {
      listeners.add(wake);
      return () => void listeners.delete(wake);
    },
    pending: async () =>
      db.get<{ n: number }>('SELECT count(*) AS n FROM run_notes WHERE position > ?', [taken])?.n ?? 0,
  };
}
