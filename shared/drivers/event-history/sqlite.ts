/** Searchable history in SQLite: a row an event, with columns for what is asked often and JSON for the rest. */
import { fail } from '../../core/errors/errors';
import type { Event, LoggedEvent } from '../../core/events/event';
import type { EventHistory, EventQuery } from '../../ports/event-history';
import { positionText } from '../broker/event-log';
import type { Param } from '../sqlite/connection';
import type { SqliteDatabase, Tx } from '../sqlite/database';
import { jsonText, parsedFrom } from '../sqlite/json-text';
import { fieldFilter, type Condition } from './field-filter';
import { textIndex, textQuery } from './text-index';

export interface SqliteEventHistory extends EventHistory {
  close(): Promise<void>;
}

const DELETE_AT_ONCE = 500;
/** Nobody waits for the history: it lets another commit take it along. */
const LINGER_MS = 10;
const DEPTH_FIELD = 'source.appInstanceDepth';

export function sqliteEventHistory(
  db: SqliteDatabase,
  options: { readonly indexEveryMs?: number } = {},
): SqliteEventHistory {
  const index = textIndex(db, options.indexEveryMs);
  return {
    async store(events) {
      const kept = events.filter(isKept);
      if (kept.length > 0) await db.writeWithin(LINGER_MS, (tx) => kept.forEach((logged) => insert(tx, logged)));
    },
    async search(workspaceId, query) {
      if (query.text !== undefined) await index.catchUp();
      const conditions = conditionsOf(workspaceId, query);
      if (conditions === null) return [];
      const order = orderOf(query);
      const rows = db.all<{ event: string }>(
        `SELECT event FROM events WHERE ${conditions.map(({ sql }) => sql).join(' AND ')} ORDER BY ${order} LIMIT ? OFFSET ?`,
        [...conditions.flatMap(({ params }) => params), query.limit, (query.page ?? 0) * query.limit],
      );
      return rows.map(({ event }) => parsedFrom<Event>(event));
    },
    async positionOf(workspaceId, id) {
      const row = db.get<{ position: number }>('SELECT position FROM events WHERE id = ? AND workspace = ?', [
        id,
        workspaceId,
      ]);
      return row ? positionText(row.position) : null;
    },
    async deleteBefore(date) {
      let deleted = 0;
      for (;;) {
        const some = await db.write((tx) => {
          const positions = tx
            .all<{ position: number }>('SELECT position FROM events WHERE created_at < ? LIMIT ?', [
              date,
              DELETE_AT_ONCE,
            ])
            .map(({ position }) => position);
          index.remove(tx, positions);
          for (const position of positions) tx.run('DELETE FROM events WHERE position = ?', [position]);
          return positions.length;
        });
        deleted += some;
        if (some < DELETE_AT_ONCE) return deleted;
      }
    },
    close: () => index.close(),
  };
}

const isKept = ({ event }: LoggedEvent): boolean =>
  event.options?.persist !== false && event.type !== 'runtime.contexts.updated';

function insert(tx: Tx, { event, position, origin }: LoggedEvent): void {
  tx.run(
    `INSERT INTO events (position, id, workspace, type, created_at, correlation, depth, run, gen, turn, ordinal, event)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    [
      Number(position),
      event.id,
      event.source.workspaceId,
      event.type,
      event.createdAt,
      event.source.correlationId,
      event.source.appInstanceDepth ?? null,
      origin?.run ?? null,
      origin?.gen ?? null,
      origin?.turn ?? null,
      origin?.ordinal ?? null,
      jsonText(event),
    ],
  );
}

/** Null when nothing can match. */
function conditionsOf(workspaceId: string, query: EventQuery): Condition[] | null {
  const fields = Object.entries(query.fields ?? {});
  const conditions: Condition[] = [{ sql: 'workspace = ?', params: [workspaceId] }];
  const add = (sql: string, ...params: Param[]): void => void conditions.push({ sql, params });
  if (query.types) add(`type IN (${query.types.map(() => '?').join(', ')})`, ...query.types);
  if (query.afterDate !== undefined) add('created_at > ?', dateText(query.afterDate));
  if (query.beforeDate !== undefined) add('created_at < ?', dateText(query.beforeDate));
  if (query.afterPosition !== undefined) add('position > ?', Number(query.afterPosition));
  if (query.appInstanceDepth !== undefined || !fields.some(([path]) => path === DEPTH_FIELD))
    add('(depth IS NULL OR depth <= ?)', query.appInstanceDepth ?? 1);
  if (query.text !== undefined) {
    const text = textQuery(query.text);
    if (text === null) return null;
    add('position IN (SELECT rowid FROM events_text WHERE events_text MATCH ?)', text);
  }
  for (const [path, wanted] of fields) conditions.push(fieldFilter(path, wanted));
  return conditions;
}

/** Dates are kept as text of one form, so that they compare as text. */
function dateText(date: string): string {
  const time = Date.parse(date);
  if (Number.isNaN(time)) throw fail('SearchError', `${date} is no date`, { date });
  return new Date(time).toISOString();
}

function orderOf({ afterPosition, sort }: EventQuery): string {
  if (afterPosition !== undefined) return 'position';
  return sort === 'asc' ? 'created_at, position' : 'created_at DESC, position DESC';
}
