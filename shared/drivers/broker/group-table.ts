/**
 * What a consumer group has not acknowledged, as stored: a cursor (everything up to it is done or pending) and the
 * pending events. Acknowledgements are written behind: after a crash some events come again, none is lost.
 */
import type { Sql } from '../sqlite/connection';
import type { Entry } from './lanes';

export interface PendingRow {
  readonly position: number;
  readonly attempt: number;
  readonly due: number;
}

export const cursorOf = (sql: Pick<Sql, 'get'>, group: string): number | undefined =>
  sql.get<{ cursor: number }>('SELECT cursor FROM broker_groups WHERE name = ?', [group])?.cursor;

/** A group that is new begins with the next event. */
export const createGroup = (sql: Sql, group: string, cursor: number): void =>
  void sql.run('INSERT INTO broker_groups (name, cursor) VALUES (?, ?) ON CONFLICT (name) DO NOTHING', [group, cursor]);

export const moveCursor = (sql: Sql, group: string, cursor: number): void =>
  void sql.run('UPDATE broker_groups SET cursor = ? WHERE name = ? AND cursor < ?', [cursor, group, cursor]);

export const pendingOf = (sql: Pick<Sql, 'all'>, group: string): PendingRow[] =>
  sql.all<PendingRow>('SELECT position, attempt, due FROM broker_pending WHERE "group" = ? ORDER BY position', [group]);

export const savePending = (sql: Sql, group: string, { position, attempt, due }: PendingRow): void =>
  void sql.run(
    `INSERT INTO broker_pending ("group", position, attempt, due) VALUES (?, ?, ?, ?)
     ON CONFLICT ("group", position) DO UPDATE SET attempt = excluded.attempt, due = excluded.due`,
    [group, position, attempt, due],
  );

export const dropPending = (sql: Sql, group: string, position: number): void =>
  void sql.run('DELETE FROM broker_pending WHERE "group" = ? AND position = ?', [group, position]);

export interface Burial {
  readonly entry: Entry;
  readonly reason: string;
  readonly at: number;
}

/** Into the dead letters, and out of the pending events, in one step. */
export function bury(sql: Sql, group: string, { entry, reason, at }: Burial): void {
  sql.run(
    `INSERT INTO broker_dead ("group", position, event, reason, died_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT ("group", position) DO NOTHING`,
    [group, entry.position, JSON.stringify(entry.logged.event), reason, at],
  );
  dropPending(sql, group, entry.position);
}

export const deadAfter = (sql: Pick<Sql, 'all'>, group: string, position: number): number[] =>
  sql
    .all<{ position: number }>('SELECT position FROM broker_dead WHERE "group" = ? AND position > ?', [group, position])
    .map((row) => row.position);

/** How long a run that has sent an event finds every answer to it, however many events come meanwhile. */
const LOOK_BACK_MS = 7 * 86_400_000;

/** Events before this position are done with, in every group, and no run will look back for them. */
export const doneBefore = (sql: Pick<Sql, 'get'>, newest: number, now: number): number =>
  sql.get<{ position: number }>(
    `SELECT min(position) AS position FROM (
       SELECT ? AS position UNION ALL SELECT min(cursor) + 1 FROM broker_groups
       UNION ALL SELECT min(position) FROM broker_pending
       UNION ALL SELECT min(position) FROM run_asked WHERE since > ?)
     WHERE position IS NOT NULL`,
    [newest, now - LOOK_BACK_MS],
  )?.position ?? 0;
