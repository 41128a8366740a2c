import type { OpenWait, RunKey, WaitId } from '../core/run/types';

export interface RegisteredWait extends OpenWait {
  readonly run: RunKey;
  /** Broker position at registration: earlier events are not this wait's business. */
  readonly fromPosition: string;
}

/** Open waits of parked runs. Opened and closed by flushes only. */
export interface WaitStore {
  /** Open waits of the workspace that name this event type. Filters are the caller's business. */
  listening(workspaceId: string, eventType: string): Promise<readonly RegisteredWait[]>;
  /** The engine has taken the event for this wait: no further one needs to be sent. Opening it again undoes this. */
  markDelivered(run: RunKey, wait: WaitId, eventId: string): Promise<void>;
  /** The engine no longer knows the run (terminated, or past retention): closes all its waits. */
  forget(run: RunKey): Promise<void>;
  ofRun(run: RunKey): Promise<readonly RegisteredWait[]>;
  /** Number of open waits, for metrics and health. */
  count(): Promise<number>;
}
