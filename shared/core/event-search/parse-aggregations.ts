/** `aggs` -> aggregations. */
import { fieldKind } from './field-values';
import * as limits from './limits';
import { fieldOf, parseQuery, type QueryContext } from './parse-query';
import type { Aggregation, AggregationNode, Aggregations, CalendarUnit, Interval } from './query';
import type { RequestPart } from './request-part';

export interface AggregationContext extends QueryContext, limits.SearchLimits {}

interface Walk extends AggregationContext {
  readonly depth: number;
  readonly count: { aggregations: number };
}

type Parse = (part: RequestPart, walk: Walk) => Aggregation;

const metric =
  (kind: 'min' | 'max' | 'sum' | 'avg' | 'stats'): Parse =>
  (part) => {
    const field = aggregatedField(part);
    const wanted = fieldKind(field);
    if (wanted === 'keyword' || wanted === 'payload')
      throw part.at('field').error('is no number: values of the payload and of the source are keywords');
    return { kind, field };
  };
const counted =
  (kind: 'cardinality' | 'count' | 'missing'): Parse =>
  (part) => ({ kind, field: aggregatedField(part, 'precision_threshold') });

const parsers: { readonly [name: string]: Parse } = {
  terms,
  date_histogram: dates,
  filter: (part, walk) => ({ kind: 'filter', query: parseQuery(part, walk) }),
  filters,
  missing: counted('missing'),
  cardinality: counted('cardinality'),
  value_count: counted('count'),
  min: metric('min'),
  max: metric('max'),
  sum: metric('sum'),
  avg: metric('avg'),
  stats: metric('stats'),
};
const METRICS = new Set(['cardinality', 'count', 'min', 'max', 'sum', 'avg', 'stats']);

/** @throws SearchError */
export const parseAggregations = (part: RequestPart, context: AggregationContext): Aggregations =>
  parseLevel(part, { ...context, depth: 1, count: { aggregations: 0 } });

function parseLevel(part: RequestPart, walk: Walk): Aggregations {
  if (part.isAbsent) return {};
  if (walk.depth > walk.aggregationDepth) throw part.error(`aggregations nest at most ${walk.aggregationDepth} deep`);
  const level: { [name: string]: AggregationNode } = Object.create(null) as { [name: string]: AggregationNode };
  for (const [name, body] of part.entries()) {
    if (++walk.count.aggregations > limits.AGGREGATIONS)
      throw body.error(`a search has at most ${limits.AGGREGATIONS} aggregations`);
    if (/[[\]>]/.test(name) || name === '') throw body.error('names of aggregations hold no [, ] or >');
    level[name] = parseNode(body, walk);
  }
  return level;
}

function parseNode(part: RequestPart, walk: Walk): AggregationNode {
  const below = subAggregations(part);
  const kinds = part.entries().filter(([key]) => key !== 'aggs' && key !== 'aggregations' && key !== 'meta');
  const [first, ...more] = kinds;
  if (!first || more.length > 0) throw part.error('exactly one aggregation is wanted');
  const [name, body] = first;
  if (walk.forbiddenAggregations.includes(name)) throw body.error('this aggregation is forbidden');
  const parse = Object.hasOwn(parsers, name) ? parsers[name] : undefined;
  if (!parse) throw body.error(`this aggregation is not supported; there are ${Object.keys(parsers).join(', ')}`);
  const aggregation = parse(body, walk);
  if (METRICS.has(aggregation.kind) && !below.isAbsent) throw below.error('a metric has no aggregations below it');
  return { aggregation, below: parseLevel(below, { ...walk, depth: walk.depth + 1 }) };
}

/** `aggs` and `aggregations` are two names of one thing. */
export function subAggregations(part: RequestPart): RequestPart {
  const [short, long] = [part.at('aggs'), part.at('aggregations')];
  if (!short.isAbsent && !long.isAbsent) throw long.error('aggs says the same already');
  return short.isAbsent ? long : short;
}

function aggregatedField(part: RequestPart, ...more: readonly string[]): string {
  part.allow('field', ...more);
  const field = fieldOf(part.at('field'));
  if (field === 'payload') throw part.at('field').error('payload as a whole cannot be aggregated; name a field in it');
  return field;
}

function terms(part: RequestPart): Aggregation {
  const field = aggregatedField(part, 'size', 'min_doc_count', 'missing', 'order', 'shard_size');
  const missing = part.at('missing');
  return {
    kind: 'terms',
    field,
    size: part.at('size').integer(1, limits.BUCKETS_OF_TERMS, 10),
    minimum: part.at('min_doc_count').integer(1, Number.MAX_SAFE_INTEGER, 1),
    ...(!missing.isAbsent && { missing: missing.scalar() }),
    order: orderOf(part.at('order')),
  };
}

function orderOf(part: RequestPart): { by: string; descending: boolean } {
  if (part.isAbsent) return { by: '_count', descending: true };
  const [one, ...more] = part.items();
  if (!one || more.length > 0) throw part.error('one order is wanted; equals stand in the order of their keys');
  const [by, direction] = one.only('order');
  return { by, descending: direction.oneOf(['asc', 'desc']) === 'desc' };
}

const CALENDAR: { readonly [name: string]: CalendarUnit } = {
  '1m': 'minute',
  '1h': 'hour',
  '1d': 'day',
  '1w': 'week',
  '1M': 'month',
  '1q': 'quarter',
  '1y': 'year',
  ...Object.fromEntries((['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const).map((u) => [u, u])),
};
const FIXED: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function dates(part: RequestPart): Aggregation {
  const field = aggregatedField(part, 'calendar_interval', 'fixed_interval', 'min_doc_count', 'format');
  if (fieldKind(field) !== 'date') throw part.at('field').error('is no date; createdAt is one');
  if (!part.at('format').isAbsent) throw part.at('format').error('is not supported: keys are ISO dates');
  return { kind: 'dates', field, interval: intervalOf(part), minimum: part.at('min_doc_count').integer(0, 1e9, 0) };
}

function intervalOf(part: RequestPart): Interval {
  const [calendar, fixed] = [part.at('calendar_interval'), part.at('fixed_interval')];
  if (calendar.isAbsent === fixed.isAbsent) throw part.error('give either calendar_interval or fixed_interval');
  if (!calendar.isAbsent) {
    const name = calendar.text();
    const unit = Object.hasOwn(CALENDAR, name) ? CALENDAR[name] : undefined;
    if (!unit) throw calendar.error(`one of ${Object.keys(CALENDAR).join(', ')} is wanted`);
    return { calendar: unit };
  }
  const [, count = '', unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(fixed.text()) ?? [];
  const fixedMs = Number(count) * (FIXED[unit] ?? 0);
  if (!(fixedMs > 0)) throw fixed.error('a number with ms, s, m, h or d is wanted, such as 30m');
  return { fixedMs };
}

function filters(part: RequestPart, walk: Walk): Aggregation {
  part.allow('filters');
  const queries = part
    .at('filters')
    .entries()
    .map(([name, body]) => [name, parseQuery(body, walk)] as const);
  return { kind: 'filters', queries: Object.fromEntries(queries) };
}
