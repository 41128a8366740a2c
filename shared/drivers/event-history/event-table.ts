/** Rows of the history: an event, and the keys of those who may read it. */
import { keysOfEvent } from '../../core/event-search/reader-keys';
import type { Event, LoggedEvent } from '../../core/events/event';
import type { SqliteDatabase, Tx } from '../sqlite/database';
import { jsonText, parsedFrom } from '../sqlite/json-text';

export function insertEvent(tx: Tx, { event, position, origin }: LoggedEvent): void {
  const { workspaceId, correlationId, appInstanceDepth } = event.source;
  const { changes } = tx.run(
    `INSERT INTO events (position, id, workspace, type, created_at, correlation, depth, run, gen, turn, ordinal, event)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    [
      Number(position),
      event.id,
      workspaceId,
      event.type,
      event.createdAt,
      correlationId,
      appInstanceDepth ?? null,
      origin?.run ?? null,
      origin?.gen ?? null,
      origin?.turn ?? null,
      origin?.ordinal ?? null,
      jsonText(event),
    ],
  );
  // Stored already: under the position it had then.
  if (changes === 0) return;
  for (const reader of keysOfEvent(event))
    tx.run(
      'INSERT INTO event_readers (workspace, reader, created_at, position) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      [workspaceId, reader, event.createdAt, Number(position)],
    );
}

/** Deletes the oldest events before a date, at most so many. @returns their positions */
export function deleteEvents(tx: Tx, workspaceId: string, before: string, most: number): readonly number[] {
  const rows = tx.all<{ position: number; event: string }>(
    'SELECT position, event FROM events WHERE workspace = ? AND created_at < ? ORDER BY created_at LIMIT ?',
    [workspaceId, before, most],
  );
  if (rows.length > 0)
    tx.run(
      `INSERT INTO events_deleted (workspace, position) VALUES (?, ?)
       ON CONFLICT (workspace) DO UPDATE SET position = max(position, excluded.position)`,
      [workspaceId, Math.max(...rows.map(({ position }) => position))],
    );
  return rows.map(({ position, event }) => {
    const parsed = parsedFrom<Event>(event);
    for (const reader of keysOfEvent(parsed))
      tx.run('DELETE FROM event_readers WHERE workspace = ? AND reader = ? AND created_at = ? AND position = ?', [
        workspaceId,
        reader,
        parsed.createdAt,
        position,
      ]);
    tx.run('DELETE FROM events WHERE position = ?', [position]);
    return position;
  });
}

/** One step along the index for each workspace: DISTINCT would read all of it. */
export function workspacesIn(db: Pick<SqliteDatabase, 'get'>): readonly string[] {
  const found: string[] = [];
  for (;;) {
    const row = db.get<{ workspace: string | null }>(
      'SELECT min(workspace) AS workspace FROM events WHERE workspace > ?',
      [found[found.length - 1] ?? ''],
    );
    if (!row || row.workspace === null) return found;
    found.push(row.workspace);
  }
}
