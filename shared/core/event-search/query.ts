/**
 * A search of the history as the product understands it, whatever language it came in and whichever store answers it.
 * Values of fields are compared as texts, but for dates and the few numbers of the envelope (`field-kind.ts`).
 */
import type { Json, JsonObject } from '../json';

export type Query =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  /** One of the values of the field is one of these. */
  | { readonly kind: 'term'; readonly field: string; readonly values: readonly string[] }
  | { readonly kind: 'prefix'; readonly field: string; readonly prefix: string }
  /** `*` = any characters, `?` = any one. */
  | { readonly kind: 'wildcard'; readonly field: string; readonly pattern: string }
  | { readonly kind: 'exists'; readonly field: string }
  | ({ readonly kind: 'range'; readonly field: string } & Range)
  /** These words stand together, in this order, in one of the event's values; the last one may be a beginning. */
  | { readonly kind: 'text'; readonly words: readonly string[]; readonly isPrefix: boolean }
  /** All of `must`, none of `mustNot`, and at least so many of `should`. */
  | {
      readonly kind: 'bool';
      readonly must: readonly Query[];
      readonly should: readonly Query[];
      readonly mustNot: readonly Query[];
      readonly atLeast: number;
    };

/** Bounds of one kind: numbers for dates (milliseconds) and numeric fields, texts for all others. */
export interface Range {
  readonly gt?: string | number;
  readonly gte?: string | number;
  readonly lt?: string | number;
  readonly lte?: string | number;
}

/** Order of the log: not a field of events, and not to be named by callers. */
export const LOG_ORDER = '$log';

export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
  /** Where events without the field stand. */
  readonly missing: 'first' | 'last';
}

export type SortValue = string | number | null;

export type Aggregation =
  | {
      readonly kind: 'terms';
      readonly field: string;
      readonly size: number;
      readonly minimum: number;
      readonly missing?: string;
      /** By `_count`, `_key`, or the value of a metric below. */
      readonly order: { readonly by: string; readonly descending: boolean };
    }
  | { readonly kind: 'dates'; readonly field: string; readonly interval: Interval; readonly minimum: number }
  | { readonly kind: 'filter'; readonly query: Query }
  | { readonly kind: 'filters'; readonly queries: { readonly [name: string]: Query } }
  | { readonly kind: 'missing'; readonly field: string }
  | { readonly kind: 'cardinality' | 'count'; readonly field: string }
  | { readonly kind: 'min' | 'max' | 'sum' | 'avg' | 'stats'; readonly field: string };

export type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';
export type Interval = { readonly calendar: CalendarUnit } | { readonly fixedMs: number };

export interface AggregationNode {
  readonly aggregation: Aggregation;
  readonly below: Aggregations;
}

export interface Aggregations {
  readonly [name: string]: AggregationNode;
}

export interface Search {
  readonly query: Query;
  readonly sort: readonly SortKey[];
  readonly from: number;
  readonly size: number;
  /** Only what stands behind these values of the sort keys. */
  readonly after?: readonly SortValue[];
  /** Hits are counted up to here; Infinity = all. */
  readonly countTo: number;
  readonly aggregations: Aggregations;
}

export interface Found<Hit> {
  readonly total: number;
  readonly hits: readonly Hit[];
  readonly aggregations: JsonObject;
  /** Sort values of the last hit, for `after` of the next page. */
  readonly last?: readonly SortValue[];
}

export const all: Query = { kind: 'all' };
export const none: Query = { kind: 'none' };
export const not = (query: Query): Query => ({ kind: 'bool', must: [], should: [], mustNot: [query], atLeast: 0 });
export const both = (must: readonly Query[]): Query =>
  must.length === 1 && must[0] ? must[0] : { kind: 'bool', must, should: [], mustNot: [], atLeast: 0 };
export const either = (should: readonly Query[]): Query =>
  should.length === 1 && should[0] ? should[0] : { kind: 'bool', must: [], should, mustNot: [], atLeast: 1 };

/** A scalar as the store holds it: numbers and truth values by their JSON text. */
export const scalarText = (value: Json): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
