/**
 * The feed over the log and the history of the embedded store.
 *
 * F1  An event leaves the log only after the history has acknowledged it: what is older than the log is in the history.
 */
import type { Event, LoggedEvent } from '../../core/events/event';
import type { EventFeed, FeedPage } from '../../ports/event-feed';
import { positionText, type EventLog } from '../broker/event-log';
import type { SqliteDatabase } from '../sqlite/database';
import { parsedFrom } from '../sqlite/json-text';
import { pagesOf } from './log-pages';

/** Events handed on at once: then others get their turn. */
const AT_ONCE = 200;
/** Positions of the history looked at in one read, however few are the workspace's. */
const HISTORY_WINDOW = 5_000;

export function sqliteEventFeed(db: SqliteDatabase, log: EventLog): EventFeed {
  const pages = pagesOf(log);
  const oldestInLog = (): number | null =>
    db.get<{ position: number | null }>('SELECT min(position) AS position FROM broker_log')?.position ?? null;

  return {
    follow(listener) {
      const start = log.position();
      let position = start;
      let running: Promise<void> | undefined;
      let again = false;
      let stopped = false;
      const drain = async (): Promise<void> => {
        // Not at once: those who wait for the commit that woke us come first.
        await nextTurn();
        for (;;) {
          const events = log.after(position, AT_ONCE);
          if (stopped || events.length === 0) return;
          position = Number(events[events.length - 1]?.position ?? position);
          await listener(events);
          await nextTurn();
        }
      };
      const wake = (): void => {
        again = running !== undefined;
        if (running || stopped) return;
        running = drain().finally(() => {
          running = undefined;
          if (again) wake();
        });
      };
      const forget = log.onAppended(wake);
      return {
        position: positionText(start),
        async stop() {
          stopped = true;
          forget();
          await running;
        },
      };
    },

    async after(workspaceId, position, limit): Promise<FeedPage> {
      const from = Number(position);
      const newest = log.position();
      if (from >= newest) return { events: [], upTo: position };
      const oldest = oldestInLog() ?? newest + 1;
      if (from + 1 < oldest)
        return fromHistory(db, { workspaceId, from, to: Math.min(from + HISTORY_WINDOW, oldest - 1), limit });
      const events = pages.after(from, limit);
      const last = events[events.length - 1];
      return {
        events: events.filter(({ event }) => event.source.workspaceId === workspaceId),
        upTo: last?.position ?? positionText(newest),
      };
    },

    async positionOf(workspaceId, id) {
      const logged = db.get<{ position: number; event: string }>(
        'SELECT position, event FROM broker_log WHERE id = ?',
        [id],
      );
      const stored = logged
        ? parsedFrom<Event>(logged.event).source.workspaceId === workspaceId && logged
        : db.get<{ position: number }>('SELECT position FROM events WHERE id = ? AND workspace = ?', [id, workspaceId]);
      return stored ? positionText(stored.position) : null;
    },

    async isWhole(workspaceId, position) {
      const oldest = oldestInLog();
      if (oldest !== null && Number(position) + 1 >= oldest) return true;
      const deleted = db.get<{ position: number }>('SELECT position FROM events_deleted WHERE workspace = ?', [
        workspaceId,
      ]);
      return !deleted || Number(position) >= deleted.position;
    },
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function fromHistory(
  db: SqliteDatabase,
  { workspaceId, from, to, limit }: { workspaceId: string; from: number; to: number; limit: number },
): FeedPage {
  // By position, not by an index of the workspace: that one would sort all of it first.
  const rows = db.all<{ position: number; event: string }>(
    'SELECT position, event FROM events WHERE position > ? AND position <= ? AND +workspace = ? ORDER BY position LIMIT ?',
    [from, to, workspaceId, limit],
  );
  const events = rows.map(({ position, event }): LoggedEvent => ({
    position: positionText(position),
    event: parsedFrom<Event>(event),
  }));
  const last = events[events.length - 1];
  return { events, upTo: events.length === limit && last ? last.position : positionText(to) };
}
