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

export function pagesOf(log: Pick<EventLog, 'after'>): LogPages {
  /** By the position that they begin after; the oldest goes first. */
  const pages = new Map<number, readonly LoggedEvent[]>();
  /** As much of the page as there is: the log only grows at its end, so what is missing is read behind what is known. */
  function pageAfter(start: number): readonly LoggedEvent[] {
    const known = pages.get(start) ?? [];
    if (known.length === SIZE) return known;
    const more = log.after(Number(known[known.length - 1]?.position ?? start), SIZE - known.length);
    if (more.length === 0) return known;
    const page = [...known, ...more];
    pages.set(start, page);
    for (const oldest of pages.keys()) if (pages.size > KEPT) pages.delete(oldest);
    return page;
  }
  return {
    after(position, limit) {
      const page = pageAfter(position - (position % SIZE));
      const found = page.filter((logged) => Number(logged.position) > position).slice(0, limit);
      // A page in whose place numbers are missing may end before the position.
      return found.length > 0 ? found : log.after(position, limit);
    },
  };
}
