/**
 * Ways to read events in the order of their dates, each along an index: a lane gives the rows behind a cursor, and
 * several lanes are merged. So a search reads little by little what may match, and stops when it has enough.
 */
import type { Param } from '../sqlite/connection';
import type { SqliteDatabase } from '../sqlite/database';

export interface EventRow {
  readonly position: number;
  readonly created_at: string;
  readonly event: string;
}

/** Rows behind a row, or from the beginning. */
export type Lane = (behind: EventRow | undefined) => readonly EventRow[];

export interface LaneRange {
  readonly workspaceId: string;
  /** Dates as stored, both within. */
  readonly from: string;
  readonly to: string;
  readonly descending: boolean;
}

/** Rows read at once: the thread serves nobody else meanwhile, and events may be large. */
export const PAGE = 64;
const LAST_POSITION = Number.MAX_SAFE_INTEGER;

const ordered = (prefix: string, descending: boolean): string =>
  descending
    ? `${prefix}created_at >= ? AND (${prefix}created_at, ${prefix}position) < (?, ?)
       ORDER BY ${prefix}created_at DESC, ${prefix}position DESC LIMIT ${PAGE}`
    : `${prefix}created_at <= ? AND (${prefix}created_at, ${prefix}position) > (?, ?)
       ORDER BY ${prefix}created_at, ${prefix}position LIMIT ${PAGE}`;

/** Text of the statement: a column that stands first in an index, or none for all events of the workspace. */
export const eventsSql = (column: 'type' | 'correlation' | null, descending: boolean): string =>
  `SELECT position, created_at, event FROM events
   WHERE workspace = ? ${column === null ? '' : `AND ${column} = ? `}AND ${ordered('', descending)}`;

export const readersSql = (descending: boolean): string =>
  `SELECT e.position, e.created_at, e.event FROM event_readers r CROSS JOIN events e ON e.position = r.position
   WHERE r.workspace = ? AND r.reader = ? AND ${ordered('r.', descending)}`;

export function eventsLane(
  db: Pick<SqliteDatabase, 'all'>,
  range: LaneRange,
  by: readonly ['type' | 'correlation', string] | null,
): Lane {
  const sql = eventsSql(by?.[0] ?? null, range.descending);
  return (behind) => db.all<EventRow>(sql, [range.workspaceId, ...(by ? [by[1]] : []), ...cursor(range, behind)]);
}

export function readerLane(db: Pick<SqliteDatabase, 'all'>, range: LaneRange, reader: string): Lane {
  const sql = readersSql(range.descending);
  return (behind) => db.all<EventRow>(sql, [range.workspaceId, reader, ...cursor(range, behind)]);
}

function cursor({ from, to, descending }: LaneRange, behind: EventRow | undefined): Param[] {
  const bound = descending ? from : to;
  if (behind) return [bound, behind.created_at, behind.position];
  return descending ? [bound, to, LAST_POSITION] : [bound, from, -1];
}

/** Given rows, few enough to be sorted here. */
export function listLane(rows: readonly EventRow[], { from, to, descending }: LaneRange): Lane {
  const sign = descending ? -1 : 1;
  const within = rows.filter(({ created_at: at }) => at >= from && at <= to);
  const sorted = within.sort((a, b) => sign * compareRows(a, b));
  return (behind) => (behind === undefined ? sorted : []);
}

const compareRows = (a: EventRow, b: EventRow): number =>
  a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : a.position - b.position;

/** Rows of all lanes in order, each once. */
export function* mergeLanes(lanes: readonly Lane[], descending: boolean): Generator<EventRow> {
  const sign = descending ? -1 : 1;
  const heads = lanes.map(rowsOf).flatMap((rows) => {
    const { value } = rows.next();
    return value ? [{ row: value, rows }] : [];
  });
  let last = -1;
  for (;;) {
    let best = heads[0];
    if (!best) return;
    for (const head of heads) if (sign * compareRows(head.row, best.row) < 0) best = head;
    const { row } = best;
    const { value } = best.rows.next();
    if (value) best.row = value;
    else heads.splice(heads.indexOf(best), 1);
    if (row.position !== last) yield row;
    last = row.position;
  }
}

function* rowsOf(lane: Lane): Generator<EventRow, undefined> {
  let behind: EventRow | undefined;
  for (;;) {
    const rows = lane(behind);
    yield* rows;
    behind = rows[rows.length - 1];
    if (!behind) return undefined;
  }
}
