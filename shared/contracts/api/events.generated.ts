/** Made by scripts/api-types.mjs from shared/contracts/openapi/events.yaml; never edited. */

import type { Json } from '../../core/json';

export type EventDraft = {
  readonly type: string;
  readonly payload?: { readonly [name: string]: Json };
  readonly target?: {
    readonly userTopic?: string;
    readonly userId?: string;
    readonly sessionId?: string;
    readonly currentSocket?: boolean;
  };
  readonly options?: { readonly persist?: boolean };
  /** Only `serviceTopic` counts; the rest is the service's to say. */
  readonly source?: { readonly serviceTopic?: string };
};

/** By operationId. */
export interface Operations {
  /** Search the history of events */
  readonly searchEvents: {
    readonly params: { readonly workspaceId: string };
    readonly query: {
      /** Any of, separated by commas */
      readonly types?: string;
      /** Full-text query over the event */
      readonly text?: string;
      /** Strict bound on `createdAt` */
      readonly afterDate?: string;
      readonly beforeDate?: string;
      readonly page?: number;
      readonly limit?: number;
      readonly sort?: 'asc' | 'desc';
      /** Events of apps nested deeper are left out; 1 unless `source.appInstanceDepth` is filtered */
      readonly appInstanceDepth?: number;
      /** Seconds to hold the request until something matches. With `wait` or `afterId` the answer is oldest first, and its `cursor` is the `afterId` of the next call. */
      readonly wait?: number;
      /** Only what came after this event; its id, or a `cursor` */
      readonly afterId?: string;
    };
    readonly reply: {
      readonly result?: { readonly events?: readonly { readonly [name: string]: Json }[]; readonly cursor?: string };
    };
  };

  /** Send events; all of them are checked before the first one is sent */
  readonly sendEvents: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly body: { readonly events: readonly EventDraft[] };
    readonly reply: readonly { readonly [name: string]: Json }[];
  };

  /** Search the history with a subset of the query language of Elasticsearch */
  readonly searchHistory: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly body: { readonly [name: string]: Json };
    readonly reply: {
      /** Hits in all, counted up to `track_total_hits` */
      readonly size?: number;
      readonly documents?: readonly { readonly [name: string]: Json }[];
      readonly aggs?: { readonly [name: string]: Json };
      /** `search_after` of the next page */
      readonly searchAfter?: readonly Json[];
    };
  };

  /** What the workspace was used for between two dates */
  readonly getUsage: {
    readonly params: { readonly workspaceId: string };
    readonly query: {
      readonly afterDate: string;
      readonly beforeDate: string;
      readonly interval?: 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';
    };
    readonly reply: { readonly [name: string]: Json };
  };
}
