/** An event as everybody sees it. */
export interface PlatformEvent {
  readonly id: string;
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly size: number;
  readonly payload: { readonly [key: string]: unknown } | null;
  readonly source: {
    readonly correlationId: string;
    readonly workspaceId: string;
    readonly userId?: string;
    readonly sessionId?: string;
    readonly socketId?: string;
    readonly [key: string]: unknown;
  };
  readonly target?: EventTarget;
  readonly options?: { readonly persist?: boolean; readonly [key: string]: unknown };
}

export interface EventTarget {
  readonly userTopic?: string;
  readonly userId?: string;
  readonly sessionId?: string;
  readonly currentSocket?: boolean;
}

/** An event to be sent. */
export interface EventDraft {
  readonly type: string;
  readonly payload?: { readonly [key: string]: unknown };
  readonly target?: EventTarget;
  readonly options?: { readonly persist?: boolean };
}

type Scalar = string | number | boolean | null;
/** Field by dotted path -> what it must be: any of several; `''` or null missing or falsy, `*` there, `abc*`, `*abc`. */
export type PayloadQuery = { readonly [path: string]: Scalar | readonly Scalar[] };

/** Of a subscription. All given parts must hold; none = everything that may be read. */
export interface EventFilters {
  /** Several: any of them. */
  readonly payloadQuery?: PayloadQuery | readonly PayloadQuery[];
  readonly types?: readonly string[];
  /** Substring of the event's JSON. */
  readonly text?: string;
  readonly appInstanceDepth?: number;
}

/** Of `Api.search`; `query` and `aggs` are objects of Elasticsearch's query language. */
export interface Search {
  readonly query: { readonly [clause: string]: unknown };
  readonly aggs?: { readonly [name: string]: unknown };
  /** 100 documents unless told, at most 500. */
  readonly limit?: number;
  readonly page?: number;
  readonly sort?: unknown;
  /** `searchAfter` of the page before, with the same `sort`. */
  readonly search_after?: readonly unknown[];
  /** Fields of the documents, `*` allowed; all unless given. */
  readonly source?: readonly string[];
  readonly track_total_hits?: boolean | number;
}

export interface SearchResult {
  /** Of all hits, as far as they are counted. */
  readonly size: number;
  /** Whole events, unless `source` cuts them. */
  readonly documents: readonly Partial<PlatformEvent>[];
  readonly aggs: { readonly [name: string]: unknown };
  readonly searchAfter?: readonly unknown[];
}
