import { fail } from '../../core/errors/errors';
import { parseQueryString } from '../../core/event-search/parse-query-string';
import { fieldKind } from '../../core/event-search/field-values';
import { both, either, LOG_ORDER, none, not, type Query, type Search } from '../../core/event-search/query';
import { RequestPart } from '../../core/event-search/request-part';
import type { EventQuery } from '../../ports/event-history';

const DEPTH_FIELD = 'source.appInstanceDepth';

/**
 * The query of `GET events` as a search: one evaluation, one set of rights and limits for both.
 * @throws SearchError for a date that is none, a text that is too long
 */
export function toSearch(query: EventQuery): Search {
  const { types, text, afterDate, beforeDate, fields = {}, page = 0, limit } = query;
  const parts: Query[] = [];
  if (types) parts.push({ kind: 'term', field: 'type', values: types });
  if (afterDate !== undefined) parts.push({ kind: 'range', field: 'createdAt', gt: dateOf(afterDate) });
  if (beforeDate !== undefined) parts.push({ kind: 'range', field: 'createdAt', lt: dateOf(beforeDate) });
  if (query.appInstanceDepth !== undefined || !Object.hasOwn(fields, DEPTH_FIELD))
    parts.push(either([not({ kind: 'exists', field: DEPTH_FIELD }), depthUpTo(query.appInstanceDepth ?? 1)]));
  if (text !== undefined) parts.push(parseQueryString(new RequestPart(text, 'text'), both, { both, either, not }));
  for (const [path, wanted] of Object.entries(fields)) parts.push(anyValue(path, wanted));
  const descending = query.sort === 'desc';
  return {
    query: both(parts),
    sort: ['createdAt', LOG_ORDER].map((field) => ({ field, descending, missing: 'last' })),
    from: page * limit,
    size: limit,
    countTo: 0,
    aggregations: {},
  };
}

const depthUpTo = (most: number): Query => ({ kind: 'range', field: DEPTH_FIELD, lte: most });

function anyValue(field: string, wanted: readonly string[]): Query {
  return wanted.length === 0 ? none : either(wanted.map((value) => oneValue(field, value)));
}

function oneValue(field: string, value: string): Query {
  if (value === '') return not({ kind: 'exists', field });
  const star = value.indexOf('*');
  if (star < 0) return { kind: 'term', field, values: [dateTerm(field, value)] };
  if (star === value.length - 1) return { kind: 'prefix', field, prefix: value.slice(0, -1) };
  return { kind: 'wildcard', field, pattern: value };
}

const dateTerm = (field: string, value: string): string =>
  fieldKind(field) === 'date' ? String(dateOf(value)) : value;

function dateOf(date: string): number {
  const time = Date.parse(date);
  if (Number.isNaN(time)) throw fail('SearchError', `${date} is no date`, { date });
  return time;
}
