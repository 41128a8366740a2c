/**
 * Pieces of the log, kept for a moment: after a restart a thousand subscribers resume from nearly the same place, and one
 * reading and parsing serves them all.
 */
import type { LoggedEvent } from '../../core/events/event';
import type { EventLog } from '../broker/event-log';

const SIZE = 500;
const KEPT = 40;

export interface LogPages {
  /** Like `EventLog.after`. */
  after(position: number, limit: number): readonly LoggedEvent[];
}

export function pagesOf(log: EventLog): LogPages {
  /** By the position that they begin after; the oldest goes first. */
  const pages = new Map<number, readonly LoggedEvent[]>();
  return {
    after(position, limit) {
      const start = position - (position % SIZE);
      const known = pages.get(start);
      const page = known ?? log.after(start, SIZE);
      // The log only grows at its end, so a full page stays what it is.
      if (!known && page.length === SIZE) {
        pages.set(start, page);
        for (const oldest of pages.keys()) if (pages.size > KEPT) pages.delete(oldest);
      }
      const found = page.filter((logged) => Number(logged.position) > position).slice(0, limit);
      // A page in whose place numbers are missing may end before the position.
      return found.length > 0 ? found : log.after(position, limit);
    },
  };
}
