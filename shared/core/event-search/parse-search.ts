/** Body of POST search -> search. */
import type { JsonObject } from '../json';
import * as limits from './limits';
import { parseAggregations, subAggregations, type AggregationContext } from './parse-aggregations';
import { fieldOf, parseQuery } from './parse-query';
import { LOG_ORDER, type Search, type SortKey, type SortValue } from './query';
import { RequestPart } from './request-part';

export interface ParsedSearch extends Search {
  /** Patterns of the fields that the documents are cut to; absent = whole ones. */
  readonly source?: readonly string[];
}

/** Aggregations see more than one document at a time, so they need a right of their own. */
export const isAggregating = (body: JsonObject): boolean =>
  ['aggs', 'aggregations', 'runtime_mappings'].some((key) => Object.hasOwn(body, key));

/** @throws SearchError that names the place in the request */
export function parseSearch(body: JsonObject, context: AggregationContext): ParsedSearch {
  const part = new RequestPart(body, 'body');
  if (!part.at('runtime_mappings').isAbsent)
    throw part.at('runtime_mappings').error('is not supported: it runs scripts');
  part.allow(
    ...['query', 'aggs', 'aggregations', 'limit', 'page', 'from', 'size', 'sort', 'search_after', 'source'],
    ...['track_total_hits', 'scope'],
  );
  part.at('scope').oneOf(['events'], 'events');
  const sort = sortOf(part.at('sort'));
  const after = part.at('search_after');
  const window = windowOf(part);
  if (!after.isAbsent && window.from > 0) throw after.error('goes with neither page nor from');
  const aggregations = parseAggregations(subAggregations(part), context);
  return {
    query: parseQuery(part.at('query'), context),
    ...window,
    sort,
    countTo: countOf(part.at('track_total_hits')),
    ...(!after.isAbsent && { after: afterOf(after, sort) }),
    aggregations,
    ...(!part.at('source').isAbsent && { source: part.at('source').items().map(fieldOf) }),
  };
}

function windowOf(part: RequestPart): { from: number; size: number } {
  if (!part.at('limit').isAbsent && !part.at('size').isAbsent)
    throw part.at('size').error('limit says the same already');
  const size = part.at(part.at('size').isAbsent ? 'limit' : 'size').integer(0, limits.SIZE, 100);
  const from = part.at('from').isAbsent
    ? size * part.at('page').integer(0, Number.MAX_SAFE_INTEGER, 0)
    : part.at('from').integer(0, Number.MAX_SAFE_INTEGER);
  if (from + size > limits.RESULT_WINDOW)
    throw part.error(`only the first ${limits.RESULT_WINDOW} hits have pages; go on with search_after`);
  return { from, size };
}

function countOf(part: RequestPart): number {
  if (part.value === true) return Infinity;
  return part.value === false ? 0 : part.integer(0, Number.MAX_SAFE_INTEGER, limits.COUNT_TO);
}

/** Newest first unless told; events that are equal stand in the order of the log. */
function sortOf(part: RequestPart): readonly SortKey[] {
  const keys = part.items().map(sortKey);
  if (keys.length > limits.SORT_KEYS) throw part.error(`at most ${limits.SORT_KEYS} fields are sorted by`);
  const given = keys.length > 0 ? keys : [{ field: 'createdAt', descending: true, missing: 'last' as const }];
  return [...given, { field: LOG_ORDER, descending: given[0]?.descending ?? true, missing: 'last' }];
}

function sortKey(part: RequestPart): SortKey {
  if (typeof part.value === 'string') return keyOf(part, part.value, false);
  const [field, body] = part.only('field');
  if (typeof body.value === 'string') return keyOf(body, field, body.oneOf(['asc', 'desc']) === 'desc');
  body.allow('order', 'missing', 'unmapped_type');
  const descending = body.at('order').oneOf(['asc', 'desc'], 'asc') === 'desc';
  const missing = body.at('missing').oneOf(['_last', '_first'], '_last') === '_last' ? 'last' : 'first';
  return { ...keyOf(body, field, descending), missing };
}

function keyOf(part: RequestPart, field: string, descending: boolean): SortKey {
  if (field === '' || field.startsWith('_') || field === LOG_ORDER || field === 'payload')
    throw part.error(`${field} cannot be sorted by; name a field of the event`);
  return { field, descending, missing: 'last' };
}

function afterOf(part: RequestPart, sort: readonly SortKey[]): readonly SortValue[] {
  const values = part.items().map(({ value }) => value);
  const isValue = (value: unknown): value is SortValue =>
    value === null || typeof value === 'string' || typeof value === 'number';
  if (values.length !== sort.length || !values.every(isValue) || typeof values[values.length - 1] !== 'number')
    throw part.error('is no cursor: give `searchAfter` of the page before, with the same sort');
  return values as readonly SortValue[];
}
