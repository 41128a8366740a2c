/**
 * Finds pages of runs.
 *
 * Q1  A page is never sorted out of more rows than `FEW`: either an index gives the order, or a filter leaves few.
 * Q2  Which index that is, is measured and not guessed: each filter that has one is asked how many rows it leaves, and
 *     counts no further than `FEW`. SQLite knows no more about the data than we tell it here.
 * Q3  Where no filter leaves few, the list is read in the order wanted, out of an index that holds every filter: no row
 *     is looked up that is not shown.
 * Q4  What cannot be is not looked for.
 */
import { isOpenStatus } from '../../core/run/run-note';
import { MOST_COUNTED, type RunPage, type RunPlaceInList, type RunQuery, type RunSort } from '../../ports/run-index';
import type { Param, Sql } from '../sqlite/connection';
import { keptRows, toIndexed } from './row';

const FEW = 2_000;

interface Condition {
  readonly sql: string;
  readonly params: readonly Param[];
}

/** A filter that has an index: its values are asked for one after the other, each in the order of the list. */
interface Narrowing {
  readonly index: string;
  readonly column: string;
  readonly values: readonly string[];
}

/** What a statement reads from: rows in `r`, found by `where`. `dates`: the table that has them in order. */
interface Source {
  readonly from: string;
  readonly dates: 'r' | 'w';
  readonly where: readonly Condition[];
}

const SORTS: {
  readonly [sort in RunSort]: { readonly column: string; readonly down: boolean; readonly index?: string };
} = {
  started: { column: 'started_at', down: true },
  waiting: { column: 'waiting_since', down: false, index: 'run_index_waiting' },
  duration: { column: 'duration', down: true, index: 'run_index_duration' },
};

export function findPage(sql: Pick<Sql, 'all' | 'get'>, workspaceId: string, query: RunQuery): RunPage {
  const { limit, after } = query;
  const wanted = after ? limit + 1 : Math.max(limit, MOST_COUNTED) + 1;
  const places = (cannotBe(query) ? [] : sourcesOf(sql, workspaceId, query))
    .flatMap((source) => placesIn(sql, source, query, wanted))
    .sort(inOrderOf(query.sort));
  const page = places.slice(0, limit);
  const byId = new Map(
    keptRows(
      sql,
      page.map(([, id]) => id),
    ).map((kept) => [kept.row.id, kept]),
  );
  const last = page.at(-1);
  return {
    runs: page.flatMap(([, id]) => {
      const kept = byId.get(id);
      return kept ? [toIndexed(kept)] : [];
    }),
    ...(last && places.length > limit && { next: last }),
    ...(!after && {
      total: {
        value: Math.min(places.length, MOST_COUNTED),
        relation: places.length > MOST_COUNTED ? ('gte' as const) : ('eq' as const),
      },
    }),
  };
}

/** Only runs that have ended have a duration, and none of them waits for anything (`progressColumns`). */
const cannotBe = ({ sort, waitsFor, waitingBefore, status }: RunQuery): boolean =>
  sort === 'duration' &&
  (waitsFor !== undefined || waitingBefore !== undefined || (status?.every(isOpenStatus) ?? false));

const inOrderOf = (sort: RunSort) => {
  const sign = SORTS[sort].down ? -1 : 1;
  return (a: RunPlaceInList, b: RunPlaceInList) => sign * (a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));
};

function placesIn(
  sql: Pick<Sql, 'all'>,
  { from, dates, where }: Source,
  { sort, after }: RunQuery,
  limit: number,
): readonly RunPlaceInList[] {
  const { column, down } = SORTS[sort];
  const table = sort === 'started' ? dates : 'r';
  const [at, id] = [`${table}.${column}`, `${table}.id`];
  const beyond = after ? [{ sql: `(${at}, ${id}) ${down ? '<' : '>'} (?, ?)`, params: [...after] }] : [];
  const all = [...where, ...beyond];
  const direction = down ? 'DESC' : 'ASC';
  return sql
    .all<{ at: number; id: string }>(
      `SELECT ${at} AS at, ${id} AS id FROM ${from} WHERE ${all.map((one) => one.sql).join(' AND ')}
       ORDER BY ${at} ${direction}, ${id} ${direction} LIMIT ?`,
      [...all.flatMap(({ params }) => params), limit],
    )
    .map((found) => [found.at, found.id]);
}

/** One source, or one for each value of the filter that leads. */
export function sourcesOf(sql: Pick<Sql, 'get'>, workspaceId: string, query: RunQuery): readonly Source[] {
  const narrowings = narrowingsOf(query);
  const others = otherConditions(query);
  const lead = leading(sql, workspaceId, query, narrowings);
  const inWorkspace = { sql: 'r.workspace = ?', params: [workspaceId] };
  const rest = narrowings.filter((one) => one !== lead).map(asCondition);
  if (!lead) {
    const { index } = SORTS[query.sort];
    const from = `run_index r${index ? ` INDEXED BY ${index}` : ''}`;
    return [{ from, dates: 'r', where: [inWorkspace, ...rest, ...others] }];
  }
  return lead.values.map((value) => {
    const led = { sql: `${lead.column} = ?`, params: [value] };
    if (lead.index !== WAITS)
      return {
        from: `run_index r INDEXED BY ${lead.index}`,
        dates: 'r',
        where: [inWorkspace, led, ...rest, ...others],
      };
    const from = `run_index_waits w CROSS JOIN run_index r ON r.workspace = w.workspace AND r.started_at = w.started_at AND r.id = w.id`;
    return { from, dates: 'w', where: [{ sql: 'w.workspace = ?', params: [workspaceId] }, led, ...rest, ...others] };
  });
}

function leading(
  sql: Pick<Sql, 'get'>,
  workspaceId: string,
  query: RunQuery,
  narrowings: readonly Narrowing[],
): Narrowing | undefined {
  // Nothing else is asked: its own index has the order.
  if (query.sort === 'started' && narrowings.length === 1 && query.waitingBefore === undefined) return narrowings[0];
  let [best, least]: [Narrowing | undefined, number] = [undefined, FEW + 1];
  for (const one of narrowings) {
    const count = countUpTo(
      sql,
      workspaceId,
      { ...one, times: timesOf(query, one.index === WAITS ? 'w' : 'r') },
      least,
    );
    if (count < least) [best, least] = [one, count];
  }
  return best;
}

/** How many rows the filter leaves, up to `most`. */
function countUpTo(
  sql: Pick<Sql, 'get'>,
  workspaceId: string,
  { index, column, values, times }: Narrowing & { readonly times: readonly Condition[] },
  most: number,
): number {
  const [from, workspace] =
    index === WAITS ? ['run_index_waits w', 'w.workspace'] : [`run_index r INDEXED BY ${index}`, 'r.workspace'];
  const where = [`${workspace} = ?`, `${column} = ?`, ...times.map((one) => one.sql)].join(' AND ');
  let found = 0;
  for (const value of values) {
    if (found >= most) break;
    found +=
      sql.get<{ n: number }>(`SELECT count(*) AS n FROM (SELECT 1 FROM ${from} WHERE ${where} LIMIT ?)`, [
        ...[workspaceId, value],
        ...times.flatMap(({ params }) => params),
        most - found,
      ])?.n ?? 0;
  }
  return found;
}

const WAITS = 'run_index_waits';

function narrowingsOf(query: RunQuery): readonly Narrowing[] {
  const { correlationId, waitsFor, error, userId, trigger, release, automation, status } = query;
  const one = (index: string, column: string, values: readonly string[] | undefined): Narrowing[] =>
    values === undefined ? [] : [{ index, column, values: [...new Set(values)] }];
  const listed = (value: string | undefined) => (value === undefined ? undefined : [value]);
  return [
    ...one('run_index_correlation', 'r.correlation', listed(correlationId)),
    ...one(WAITS, 'w.waits_for', listed(waitsFor)),
    ...one('run_index_error', 'r.error', listed(error)),
    ...one('run_index_user', 'r.user', listed(userId)),
    ...(trigger?.includes(':')
      ? one('run_index_trigger', 'r.trigger', [trigger])
      : one('run_index_trigger_type', 'r.trigger_type', listed(trigger))),
    ...one('run_index_automation', 'r.automation', automation),
    ...one('run_index_release', 'r.release', listed(release)),
    ...one('run_index_status', 'r.status', status),
  ];
}

function asCondition({ index, column, values }: Narrowing): Condition {
  if (index === WAITS)
    return {
      sql: `EXISTS (SELECT 1 FROM run_index_waits w WHERE w.workspace = r.workspace AND ${column} = ? AND w.started_at = r.started_at AND w.id = r.id)`,
      params: values,
    };
  // The plus keeps SQLite from looking for an index of its own.
  return { sql: `+${column} IN (${values.map(() => '?').join(', ')})`, params: values };
}

function otherConditions(query: RunQuery): readonly Condition[] {
  const { waitingBefore, sort } = query;
  const { column } = SORTS[sort];
  return [
    ...timesOf(query, 'r'),
    ...(waitingBefore !== undefined ? [{ sql: 'r.waiting_since <= ?', params: [waitingBefore] }] : []),
    ...(sort !== 'started' ? [{ sql: `r.${column} IS NOT NULL`, params: [] }] : []),
  ];
}

const timesOf = ({ startedFrom, startedTo }: RunQuery, table: 'r' | 'w'): readonly Condition[] => [
  ...(startedFrom !== undefined ? [{ sql: `${table}.started_at >= ?`, params: [startedFrom] }] : []),
  ...(startedTo !== undefined ? [{ sql: `${table}.started_at < ?`, params: [startedTo] }] : []),
];
