import type { LoggedEvent } from '../core/events/event';

/**
 * The log of events as live consumers read it: every process sees every event, in the order of their positions, and
 * acknowledges nothing. What has left the log is read from the history.
 */
export interface EventFeed {
  /**
   * Hands on every event from now on, in order, a few at a time; the next ones when the listener is done, which must
   * not throw.
   * @returns `position`: of the last event before the first one handed on
   */
  follow(listener: (events: readonly LoggedEvent[]) => Promise<void> | void): Follower;
  /**
   * Stored events of a workspace after a position, in order, at most so many and maybe none. `upTo`: everything up to
   * there has been looked at; ask again from there until it is where you wanted to be.
   */
  after(workspaceId: string, position: string, limit: number): Promise<FeedPage>;
  /** Where an event of the workspace stands; null when it is unknown or no longer held. */
  positionOf(workspaceId: string, id: string): Promise<string | null>;
  /** Is everything that came after a position still held, or has retention taken some of it? */
  isWhole(workspaceId: string, position: string): Promise<boolean>;
}

export interface Follower {
  readonly position: string;
  stop(): Promise<void>;
}

export interface FeedPage {
  readonly events: readonly LoggedEvent[];
  readonly upTo: string;
}
