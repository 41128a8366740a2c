import type { Event, LoggedEvent } from '../core/events/event';
import type { Reader } from '../core/events/read-rights';
import type { Found, Search } from '../core/event-search/query';

export interface EventQuery {
  readonly types?: readonly string[];
  /** Words, "phrases", `field:value`, AND, OR, NOT; words without one of these between them are all wanted. */
  readonly text?: string;
  /** Strict bounds, ISO dates. */
  readonly afterDate?: string;
  readonly beforeDate?: string;
  /** Dotted path -> wanted values, any of; '' means absent; `*` stands for anything; callers give it in the payload at the end only. */
  readonly fields?: { readonly [path: string]: readonly string[] };
  readonly appInstanceDepth?: number;
  /** Only what this reader may see, judged before pages are cut; absent = everything. */
  readonly reader?: Reader;
  readonly page?: number;
  readonly limit: number;
  readonly sort: 'asc' | 'desc';
}

/**
 * Searchable history of the events of workspaces. One document an event, by its id: storing twice changes nothing.
 * What a search means is said by `core/event-search`; a store answers as `matches`, `sort` and `aggregate` there do.
 */
export interface EventHistory {
  /** Durable before it returns. */
  store(events: readonly LoggedEvent[]): Promise<void>;
  /** @throws SearchError when it takes more work than a search may · Overloaded when too many wait already */
  search(workspaceId: string, query: EventQuery): Promise<readonly Event[]>;
  /** `reader` absent = everything. @throws as `search` does */
  find(workspaceId: string, search: Search, reader?: Reader): Promise<Found<Event>>;
  /** In small steps, so that others work in between. @returns how many */
  deleteBefore(date: string): Promise<number>;
  deleteWorkspace(workspaceId: string): Promise<number>;
  /** Workspaces that have events. */
  workspaces(): Promise<readonly string[]>;
}
