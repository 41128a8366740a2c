import { matchPatterns } from '../../shared/core/events/match-filters';
import type { LoggedEvent } from '../../shared/core/events/event';
import type { RegisteredWait, WaitStore } from '../../shared/ports/wait-store';

/**
 * Which events start nothing, because a wait with `cancelTriggers` takes them. Two consumers meet here: the one of waits
 * notes an event before it delivers it, since the run may close its wait before the one of triggers has looked.
 */
export interface CancelledTriggers {
  note(eventId: string): void;
  covers(logged: LoggedEvent): Promise<boolean>;
}

/** Events remembered; the two consumers are never so far apart. */
const REMEMBERED = 10_000;

export function createCancelledTriggers(waits: Pick<WaitStore, 'listening'>): CancelledTriggers {
  const noted = new Set<string>();
  return {
    note(eventId) {
      noted.add(eventId);
      // A set keeps the order of insertion, so this drops the oldest.
      for (const oldest of noted) {
        if (noted.size <= REMEMBERED) break;
        noted.delete(oldest);
      }
    },
    async covers(logged) {
      if (noted.has(logged.event.id)) return true;
      const open = await waits.listening(logged.event);
      return open.some((wait) => takes(wait, logged)?.cancelTriggers === true);
    },
  };
}

/** The pattern of the wait that the event fulfils. What was in the log before the wait is none of its business. */
export const takes = (wait: RegisteredWait, { event, position }: LoggedEvent) =>
  position > wait.fromPosition ? matchPatterns(event, wait.oneOf) : undefined;
