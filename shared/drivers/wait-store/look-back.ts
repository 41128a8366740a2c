/**
 * Waits that miss nothing. A run that has sent an event may be answered before it comes to its `wait`: such a wait
 * listens as if it had been open since the run's first event. And a time-out is only final when no event in the log was
 * in time. Both are questions to the log, asked in the transaction that opens the wait or seals its time-out, so that
 * each event is either found there or delivered later, never neither.
 *
 * B1  What is in the log when a wait is registered is found here; what comes later is the waits consumer's business.
 * B2  An event that one wait of the run has got is not found for a later one: a loop that asks again gets the new answer.
 * B3  A reset forgets what the run had sent and got from the turn on that it goes back to.
 */
import type { Event } from '../../core/events/event';
import { EMIT_TOPIC } from '../../core/events/event';
import { matchPatterns } from '../../core/events/match-filters';
import type { FlushRequest } from '../../core/run/flush';
import type { EventPattern, OpenWait, RunKey } from '../../core/run/types';
import type { Json } from '../../core/json';
import type { Appended } from '../broker/event-log';
import { heardAs } from '../broker/heard';
import { parsedFrom } from '../sqlite/json-text';
import type { Sql } from '../sqlite/connection';

const AT_ONCE = 100;

/** @returns the log's position before the first event that the run has sent; undefined when it has sent none */
export function askedSince(sql: Sql, run: RunKey): number | undefined {
  const asked = sql.get<{ position: number }>('SELECT position FROM run_asked WHERE run = ?', [run]);
  return asked && asked.position - 1;
}

/** Notes that the run has sent events, once: the first one counts. */
export function noteAsked(sql: Sql, { run, flush, events }: FlushRequest, appended: readonly Appended[]): void {
  const first = events.findIndex(({ source }) => source.serviceTopic === EMIT_TOPIC);
  const position = appended[first]?.position;
  if (position === undefined) return;
  sql.run('INSERT INTO run_asked (run, flush, position, since) VALUES (?, ?, ?, ?) ON CONFLICT (run) DO NOTHING', [
    run,
    flush,
    Number(position),
    Date.now(),
  ]);
}

/** Notes what waits of the run have got in these turns (B2); before it has sent anything nobody will look back. */
export function noteTaken(sql: Sql, { run, flush, turns }: FlushRequest): void {
  for (const { items } of turns)
    for (const item of items)
      if ('event' in item)
        sql.run(
          `INSERT INTO run_taken (run, event, flush) SELECT run, ?, ? FROM run_asked WHERE run = ?
           ON CONFLICT DO NOTHING`,
          [item.event.event.id, flush, run],
        );
}

/** B3 */
export function forgetSince(sql: Sql, run: RunKey, flush: number): void {
  sql.run('DELETE FROM run_asked WHERE run = ? AND flush >= ?', [run, flush]);
  sql.run('DELETE FROM run_taken WHERE run = ? AND flush >= ?', [run, flush]);
}

interface Found {
  readonly position: number;
  readonly event: string;
}

/**
 * The first event in the log that ends the wait.
 * @param after  position: strictly behind it
 * @param inTime only events that were made before the wait's time was up
 */
export function lookBack(
  sql: Sql,
  run: RunKey,
  { workspaceId, oneOf, until }: OpenWait,
  { after, inTime = false }: { readonly after: number; readonly inTime?: boolean },
): Event | undefined {
  let first: { readonly position: number; readonly event: Event } | undefined;
  for (const pattern of oneOf) {
    for (let from = after; ;) {
      const rows = candidates(sql, { run, workspaceId, pattern, from });
      const found = rows
        .map(({ position, event }) => ({ position, event: parsedFrom<Event>(event) }))
        .find(({ event }) => matchPatterns(event, oneOf) && !(inTime && Date.parse(event.createdAt) > until));
      if (found && found.position < (first?.position ?? Infinity)) first = found;
      const last = rows[rows.length - 1];
      if (found || last === undefined || rows.length < AT_ONCE) break;
      from = last.position;
    }
  }
  return first?.event;
}

interface Asked {
  readonly run: RunKey;
  readonly workspaceId: string;
  readonly pattern: EventPattern;
  readonly from: number;
}

const candidates = (sql: Sql, { run, workspaceId, pattern, from }: Asked): Found[] =>
  sql.all<Found>(
    `SELECT position, event FROM broker_log WHERE heard = ? AND position > ? AND instr(event, ?) > 0
       AND id NOT IN (SELECT event FROM run_taken WHERE run = ?) ORDER BY position LIMIT ${AT_ONCE}`,
    [heardAs(workspaceId, pattern.event), from, textInside(pattern), run],
  );

/** Text that every event of this pattern holds, so that the many others need not be parsed; '' = none is known. */
function textInside({ filters = {} }: EventPattern): string {
  return Object.values(filters).find(isPlain) ?? '';
}

/** Loosely equal to nothing but a value that shows the same text: no number, no list, no object. */
const isPlain = (value: Json | undefined): value is string =>
  typeof value === 'string' && /^[\w .:-]+$/.test(value) && Number.isNaN(Number(value));
