/** What one search may ask for. Beyond it the request is refused before anything is read. */
export interface SearchLimits {
  /** Nesting of aggregations (ELASTIC_SEARCH_FORBIDDEN_MAX_DEPTH). */
  readonly aggregationDepth: number;
  /** Names of aggregations that are refused (ELASTIC_SEARCH_FORBIDDEN_AGGS). */
  readonly forbiddenAggregations: readonly string[];
}

export const CLAUSES = 256;
export const QUERY_DEPTH = 20;
export const TERMS = 1_000;
export const PATTERN_LENGTH = 256;
export const QUERY_TEXT_LENGTH = 1_000;
export const AGGREGATIONS = 50;
export const BUCKETS_OF_TERMS = 1_000;
/** Documents of one answer, and how deep `page` and `from` may go; `search_after` goes on from there. */
export const SIZE = 500;
export const RESULT_WINDOW = 10_000;
export const SORT_KEYS = 5;
/** Hits that are counted when the request doesn't say. */
export const COUNT_TO = 10_000;
/** Buckets that an answer may hold, and different values that may be told apart on the way to them. */
export const BUCKETS = 10_000;
export const DISTINCT = 200_000;
