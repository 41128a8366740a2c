import type { Event, LoggedEvent } from '../core/events/event';

export interface EventQuery {
  readonly types?: readonly string[];
  readonly text?: string;
  /** Strict bounds, ISO dates. */
  readonly afterDate?: string;
  readonly beforeDate?: string;
  /** Dotted path -> wanted values, any of; '' means absent; a trailing `*` is a prefix. */
  readonly fields?: { readonly [path: string]: readonly string[] };
  readonly appInstanceDepth?: number;
  /** Only what came after this position, oldest first. */
  readonly afterPosition?: string;
  readonly page?: number;
  readonly limit: number;
  readonly sort: 'asc' | 'desc';
}

/** Searchable history of the events of workspaces. One document an event, by its id: storing twice changes nothing. */
export interface EventHistory {
  /** Durable before it returns. */
  store(events: readonly LoggedEvent[]): Promise<void>;
  search(workspaceId: string, query: EventQuery): Promise<readonly Event[]>;
  /** Position of a stored event; null when unknown. */
  positionOf(workspaceId: string, id: string): Promise<string | null>;
  deleteBefore(date: string): Promise<number>;
}
