import type { Event } from '../core/events/event';
import type { OpenWait, RunKey, WaitId } from '../core/run/types';

export interface RegisteredWait extends OpenWait {
  readonly run: RunKey;
  /** Broker position at registration: earlier events are not this wait's business. */
  readonly fromPosition: string;
}

/** Open waits of parked runs. Opened and closed by flushes only. */
export interface WaitStore {
  /** Open waits that this event may end: every one that it does, and few others. Filters are the caller's business. */
  listening(event: Event): Promise<readonly RegisteredWait[]>;
  /** The engine has taken the event for this wait: no further one needs to be sent. Opening it again undoes this. */
  markDelivered(run: RunKey, wait: WaitId, eventId: string): Promise<void>;
  /** The engine no longer knows the run (terminated, or past retention): closes all its waits. */
  forget(run: RunKey): Promise<void>;
  ofRun(run: RunKey): Promise<readonly RegisteredWait[]>;
  /** Number of open waits, for metrics and health. */
  count(): Promise<number>;
}
