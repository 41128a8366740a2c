/**
 * The log of events in SQLite, shared by the broker and by flushes, which append in their own transaction.
 * The newest events are kept in memory too, so that consumers in this process neither read nor parse them again.
 */
import type { Event, EventOrigin, LoggedEvent } from '../../core/events/event';
import type { SqliteDatabase, Tx } from '../sqlite/database';
import { jsonText, parsedFrom } from '../sqlite/json-text';
import { heardOf } from './heard';

export interface Appended {
  readonly id: string;
  readonly position: string;
  readonly known: boolean;
}

export interface EventLog {
  /** Known ids are dropped and give their position. */
  append(tx: Tx, events: readonly { readonly event: Event; readonly origin?: EventOrigin }[]): Appended[];
  /** Position of the newest event; inside a transaction, with what it appended. */
  position(sql?: Pick<Tx, 'get'>): number;
  /** Committed events after a position, oldest first. */
  after(position: number, limit: number): readonly LoggedEvent[];
  at(position: number): LoggedEvent | undefined;
  /** Told after each commit that appended something. Returns how to stop. */
  onAppended(listener: () => void): () => void;
  /** Drops events before a position, at most so many at a time. Returns how many. */
  trim(before: number, limit: number): Promise<number>;
}

/** 16 digits: text order is log order, and a number holds it exactly. */
export const positionText = (position: number): string => String(position).padStart(16, '0');

const TAIL = 4_096;

interface Row {
  readonly position: number;
  readonly event: string;
  readonly origin: string | null;
  readonly cancelled: number | null;
}

const loggedFrom = ({ position, event, origin, cancelled }: Row): LoggedEvent => ({
  position: positionText(position),
  event: parsedFrom<Event>(event),
  ...(origin !== null && { origin: JSON.parse(origin) as EventOrigin }),
  ...(cancelled === 1 && { cancelled: true }),
});

export interface EventLogOptions {
  /** Asked of each new event, in the transaction that appends it: does a wait take it, so that it starts nothing? */
  claim?(tx: Tx, event: Event): boolean;
}

export function eventLog(db: SqliteDatabase, { claim }: EventLogOptions = {}): EventLog {
  const listeners = new Set<() => void>();
  const position = (sql: Pick<Tx, 'get'> = db): number =>
    sql.get<{ seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'broker_log'`)?.seq ?? 0;

  /** Every event after `tailStart` is in `tail`, in order. */
  let tail: LoggedEvent[] = [];
  let tailStart = position();
  let last = tailStart;

  /** Runs after the commit, in log order. */
  function remember(appended: readonly (readonly [number, LoggedEvent])[]): void {
    for (const [at, logged] of appended) {
      // A gap: a number burnt by a dropped duplicate, or another handle on the file. Readers before it ask the table.
      if (at !== last + 1) {
        tail = [];
        tailStart = at - 1;
      }
      tail.push(logged);
      last = at;
    }
    if (tail.length > 2 * TAIL) {
      const dropped = tail.splice(0, tail.length - TAIL);
      tailStart = Number(dropped[dropped.length - 1]?.position ?? tailStart);
    }
    for (const listener of listeners) listener();
  }

  return {
    position,
    append(tx, events) {
      const fresh: [number, LoggedEvent][] = [];
      const answers = events.map(({ event, origin }): Appended => {
        const { changes, lastInsertRowid } = tx.run(
          'INSERT INTO broker_log (id, event, origin, heard) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
          [event.id, jsonText(event), origin === undefined ? null : JSON.stringify(origin), heardOf(event)],
        );
        if (changes === 0) {
          const row = tx.get<{ position: number }>('SELECT position FROM broker_log WHERE id = ?', [event.id]);
          return { id: event.id, position: positionText(row?.position ?? 0), known: true };
        }
        const at = positionText(lastInsertRowid);
        const cancelled = claim?.(tx, event) === true;
        if (cancelled) tx.run('UPDATE broker_log SET cancelled = 1 WHERE position = ?', [lastInsertRowid]);
        const logged: LoggedEvent = {
          position: at,
          event,
          ...(origin !== undefined && { origin }),
          ...(cancelled && { cancelled }),
        };
        fresh.push([lastInsertRowid, logged]);
        return { id: event.id, position: at, known: false };
      });
      if (fresh.length > 0) tx.afterCommit(() => remember(fresh));
      return answers;
    },
    after(from, limit) {
      if (from >= tailStart) {
        const start = firstAfter(tail, from);
        if (start < tail.length || position() <= last) return tail.slice(start, start + limit);
      }
      return db
        .all<Row>(
          'SELECT position, event, origin, cancelled FROM broker_log WHERE position > ? ORDER BY position LIMIT ?',
          [from, limit],
        )
        .map(loggedFrom);
    },
    at(wanted) {
      const row = db.get<Row>('SELECT position, event, origin, cancelled FROM broker_log WHERE position = ?', [wanted]);
      return row && loggedFrom(row);
    },
    onAppended(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    trim: (before, limit) =>
      db.write(
        (tx) =>
          tx.run(
            'DELETE FROM broker_log WHERE position IN (SELECT position FROM broker_log WHERE position < ? ORDER BY position LIMIT ?)',
            [before, limit],
          ).changes,
      ),
  };
}

/** Index of the first event after a position; events are in order. */
function firstAfter(events: readonly LoggedEvent[], position: number): number {
  const wanted = positionText(position);
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.position ?? '') <= wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
