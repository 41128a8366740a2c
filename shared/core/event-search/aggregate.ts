/** Collects aggregations event by event; answers are shaped as Elasticsearch shapes them. */
import { fail } from '../errors/errors';
import type { Event } from '../events/event';
import type { JsonObject } from '../json';
import { compareTexts } from './compare-texts';
import { addUnits, startOf } from './date-math';
import { fieldExists, fieldKind, fieldNumbers, fieldValues } from './field-values';
import * as limits from './limits';
import { matches } from './matches';
import type { Aggregation, AggregationNode, Aggregations, Interval } from './query';

export interface Collector {
  add(event: Event): void;
  /** @throws SearchError for more buckets than an answer may hold */
  result(): JsonObject;
}

/** What one search may still hold in memory and answer with. */
interface Budget {
  distinct: number;
  buckets: number;
}

type Terms = Extract<Aggregation, { kind: 'terms' }>;
type Dates = Extract<Aggregation, { kind: 'dates' }>;

export function collectAggregations(aggregations: Aggregations): Collector {
  return level(aggregations, { distinct: limits.DISTINCT, buckets: limits.BUCKETS });
}

function level(aggregations: Aggregations, budget: Budget): Collector {
  const parts = Object.entries(aggregations).map(([name, node]) => [name, collectorOf(node, budget)] as const);
  return {
    add: (event) => parts.forEach(([, part]) => part.add(event)),
    result: () => Object.fromEntries(parts.map(([name, part]) => [name, part.result()])),
  };
}

function collectorOf({ aggregation, below }: AggregationNode, budget: Budget): Collector {
  switch (aggregation.kind) {
    case 'terms':
      return termsCollector(aggregation, below, budget);
    case 'dates':
      return datesCollector(aggregation, below, budget);
    case 'filter':
      return filtered((event) => matches(event, aggregation.query), below, budget);
    case 'missing':
      return filtered((event) => !fieldExists(event, aggregation.field), below, budget);
    case 'filters': {
      const parts = Object.entries(aggregation.queries).map(
        ([name, query]) => [name, filtered((event) => matches(event, query), below, budget)] as const,
      );
      return {
        add: (event) => parts.forEach(([, part]) => part.add(event)),
        result: () => ({ buckets: Object.fromEntries(parts.map(([name, part]) => [name, part.result()])) }),
      };
    }
    case 'cardinality': {
      const seen = new Set<string>();
      const add = (event: Event) => {
        for (const value of fieldValues(event, aggregation.field))
          if (!seen.has(value)) {
            spend(budget, 'distinct', 1);
            seen.add(value);
          }
      };
      return { add, result: () => ({ value: seen.size }) };
    }
    case 'count': {
      let count = 0;
      const add = (event: Event) => void (count += new Set(fieldValues(event, aggregation.field)).size);
      return { add, result: () => ({ value: count }) };
    }
    default:
      return metricCollector(aggregation);
  }
}

function spend(budget: Budget, what: keyof Budget, count: number): void {
  budget[what] -= count;
  if (budget[what] >= 0) return;
  const most = what === 'distinct' ? limits.DISTINCT : limits.BUCKETS;
  const things = what === 'distinct' ? 'different values' : 'buckets';
  throw fail('SearchError', `The aggregations make more than ${most} ${things}: narrow the query or its dates`, {
    reason: 'TooExpensive',
    limit: most,
  });
}

function filtered(holds: (event: Event) => boolean, below: Aggregations, budget: Budget): Collector {
  const inner = level(below, budget);
  let count = 0;
  return {
    add(event) {
      if (!holds(event)) return;
      count++;
      inner.add(event);
    },
    result: () => ({ doc_count: count, ...inner.result() }),
  };
}

interface Bucket {
  count: number;
  readonly below: Collector;
}

/** Buckets by key, made when their first event comes. */
function bucketsOf<Key>(below: Aggregations, budget: Budget) {
  const buckets = new Map<Key, Bucket>();
  return {
    buckets,
    add(key: Key, event: Event) {
      let bucket = buckets.get(key);
      if (!bucket) {
        spend(budget, 'distinct', 1);
        buckets.set(key, (bucket = { count: 0, below: level(below, budget) }));
      }
      bucket.count++;
      bucket.below.add(event);
    },
  };
}

function termsCollector(terms: Terms, below: Aggregations, budget: Budget): Collector {
  const kind = fieldKind(terms.field);
  const isNumber = kind === 'number' || kind === 'date';
  const { buckets, add } = bucketsOf<string>(below, budget);
  return {
    add(event) {
      const values = new Set(isNumber ? fieldNumbers(event, terms.field).map(String) : fieldValues(event, terms.field));
      if (values.size === 0 && terms.missing !== undefined) values.add(terms.missing);
      for (const value of values) add(value, event);
    },
    result() {
      const enough = [...buckets].filter(([, { count }]) => count >= terms.minimum);
      const byKey = ([a]: [string, unknown], [b]: [string, unknown]) =>
        isNumber ? Number(a) - Number(b) : compareTexts(a, b);
      const rows = enough.map(([key, { count, below: inner }]) => ({ key, count, inner: inner.result() }));
      const sign = terms.order.descending ? -1 : 1;
      const { by } = terms.order;
      rows.sort((a, b) => {
        const keys = byKey([a.key, 0], [b.key, 0]);
        if (by === '_key') return sign * keys;
        const difference = by === '_count' ? a.count - b.count : metricOf(a.inner, by) - metricOf(b.inner, by);
        return sign * difference || keys;
      });
      const shown = rows.slice(0, terms.size);
      spend(budget, 'buckets', shown.length);
      return {
        doc_count_error_upper_bound: 0,
        sum_other_doc_count: rows.slice(terms.size).reduce((sum, { count }) => sum + count, 0),
        buckets: shown.map(({ key, count, inner }) => ({
          ...(isNumber
            ? { key: Number(key), ...(kind === 'date' && asString('key_as_string', Number(key))) }
            : { key }),
          doc_count: count,
          ...inner,
        })),
      };
    },
  };
}

/** Value of the metric `name`, or of `stats.max`. @throws SearchError when there is none */
function metricOf(result: JsonObject, by: string): number {
  const [name = '', part = 'value'] = by.split('.');
  const metric = result[name] as JsonObject | undefined;
  const value = metric?.[part];
  if (typeof value === 'number') return value;
  if (value === null) return -Infinity;
  throw fail('SearchError', `Buckets cannot be ordered by ${by}: no metric below them has this name`, { order: by });
}

function datesCollector(dates: Dates, below: Aggregations, budget: Budget): Collector {
  const { buckets, add } = bucketsOf<number>(below, budget);
  const empty = level(below, budget);
  return {
    add(event) {
      for (const time of fieldNumbers(event, dates.field)) add(floorTo(time, dates.interval), event);
    },
    result() {
      const keys = [...buckets.keys()].sort((a, b) => a - b);
      const shown = dates.minimum === 0 ? gapless(keys, dates.interval, budget) : keys;
      const rows = shown.flatMap((key) => {
        const bucket = buckets.get(key) ?? { count: 0, below: empty };
        if (bucket.count < dates.minimum) return [];
        if (dates.minimum > 0) spend(budget, 'buckets', 1);
        return [{ ...asString('key_as_string', key), key, doc_count: bucket.count, ...bucket.below.result() }];
      });
      return { buckets: rows };
    },
  };
}

const floorTo = (time: number, interval: Interval): number =>
  'calendar' in interval ? startOf(time, interval.calendar) : Math.floor(time / interval.fixedMs) * interval.fixedMs;

function gapless(keys: readonly number[], interval: Interval, budget: Budget): readonly number[] {
  const [first, last] = [keys[0], keys[keys.length - 1]];
  if (first === undefined || last === undefined) return [];
  const found: number[] = [];
  for (let key = first; key <= last;) {
    spend(budget, 'buckets', 1);
    found.push(key);
    key = 'calendar' in interval ? addUnits(key, 1, interval.calendar) : key + interval.fixedMs;
  }
  return found;
}

const asString = (name: string, time: number): JsonObject => ({ [name]: new Date(time).toISOString() });

type Metric = Extract<Aggregation, { kind: 'min' | 'max' | 'sum' | 'avg' | 'stats' }>;

function metricCollector({ kind, field }: Metric): Collector {
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  const isDate = fieldKind(field) === 'date';
  return {
    add(event) {
      for (const value of fieldNumbers(event, field)) {
        count++;
        sum += value;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    },
    result(): JsonObject {
      // Of nothing there is a sum, and no other value.
      const values = { min, max, avg: sum / count, sum };
      const said = (name: string, value: number): JsonObject => {
        if (count === 0) return { [name]: value === 0 ? 0 : null };
        return { [name]: value, ...(isDate && asString(`${name}_as_string`, value)) };
      };
      if (kind !== 'stats') return said('value', values[kind]);
      return Object.entries(values).reduce((all, [name, value]) => ({ ...all, ...said(name, value) }), { count });
    },
  };
}
