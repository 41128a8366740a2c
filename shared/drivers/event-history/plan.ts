/** Chooses the lanes of a search: the index that leaves least to read. What they give is judged event by event. */
import { boundsOf, type Bounds } from '../../core/event-search/bounds';
import { matches } from '../../core/event-search/matches';
import type { Query } from '../../core/event-search/query';
import { keysOfReader } from '../../core/event-search/reader-keys';
import type { Event } from '../../core/events/event';
import type { Reader } from '../../core/events/read-rights';
import type { SqliteDatabase } from '../sqlite/database';
import { eventsLane, listLane, readerLane, type EventRow, type Lane, type LaneRange } from './lanes';
import { textCandidates } from './text-index';

/** Merging more lanes costs more than passing by what does not match. */
const MOST_LANES = 200;
const MOST_TYPES = 50;

export interface PlannedScan {
  readonly lanes: readonly Lane[];
  readonly descending: boolean;
}

export function planScan(
  db: SqliteDatabase,
  wanted: {
    readonly workspaceId: string;
    readonly query: Query;
    readonly reader?: Reader;
    readonly descending: boolean;
  },
): PlannedScan {
  const { workspaceId, query, reader, descending } = wanted;
  const bounds = boundsOf(query);
  const range: LaneRange = { workspaceId, descending, from: dateText(bounds.from), to: dateText(bounds.to) };
  if (bounds.from > bounds.to) return { lanes: [], descending };
  const lanes = idLane(db, range, bounds) ??
    columnLanes(db, range, 'correlation', bounds.terms.get('source.correlationId')) ??
    textLane(db, range, bounds) ??
    readerLanes(db, range, reader) ??
    columnLanes(db, range, 'type', bounds.terms.get('type') ?? typesLike(db, workspaceId, bounds)) ?? [
      eventsLane(db, range, null),
    ];
  return { lanes, descending };
}

function idLane(db: SqliteDatabase, range: LaneRange, { terms }: Bounds): Lane[] | undefined {
  const ids = terms.get('id');
  if (!ids) return undefined;
  const rows = db.all<EventRow>(
    `SELECT position, created_at, event FROM events
     WHERE id IN (SELECT value FROM json_each(?)) AND workspace = ?`,
    [JSON.stringify(ids), range.workspaceId],
  );
  return [listLane(rows, range)];
}

function columnLanes(
  db: SqliteDatabase,
  range: LaneRange,
  column: 'type' | 'correlation',
  values: readonly string[] | undefined,
): Lane[] | undefined {
  if (!values || values.length > MOST_TYPES) return undefined;
  return [...new Set(values)].map((value) => eventsLane(db, range, [column, value]));
}

/** Rare words: the few events that hold them. Common ones are met soon on the way of the other lanes. */
function textLane(db: SqliteDatabase, range: LaneRange, { texts }: Bounds): Lane[] | undefined {
  if (texts.length === 0) return undefined;
  const rows = textCandidates(db, range.workspaceId, texts);
  return rows && [listLane(rows, range)];
}

function readerLanes(db: SqliteDatabase, range: LaneRange, reader: Reader | undefined): Lane[] | undefined {
  const keys = reader && keysOfReader(reader);
  if (!keys || keys.length > MOST_LANES) return undefined;
  return keys.map((key) => readerLane(db, range, key));
}

/** Types of the workspace that fit the patterns; undefined when there is no pattern, or too many fit. */
function typesLike(db: SqliteDatabase, workspaceId: string, { typePatterns }: Bounds): readonly string[] | undefined {
  if (typePatterns.length === 0) return undefined;
  const found: string[] = [];
  for (let type = '', seen = 0; ; seen++) {
    if (found.length > MOST_TYPES || seen > 1_000) return undefined;
    const next = nextType(db, workspaceId, type);
    if (next === undefined) return found;
    type = next;
    const event = { type } as Event;
    if (typePatterns.every((pattern) => matches(event, pattern))) found.push(type);
  }
}

const nextType = (db: SqliteDatabase, workspaceId: string, after: string): string | undefined =>
  db.get<{ type: string }>('SELECT type FROM events WHERE workspace = ? AND type > ? ORDER BY type LIMIT 1', [
    workspaceId,
    after,
  ])?.type;

/** Dates are kept as text of one form, so that they compare as text; what lies outside of it is below or above all. */
function dateText(time: number): string {
  if (time < -62_167_219_200_000) return '';
  return time > 253_402_300_799_999 ? '~' : new Date(time).toISOString();
}
