/** Query DSL -> query. Everything that is not said here to exist is refused, with its place in the request. */
import { parseDateMath } from './date-math';
import { fieldKind } from './field-values';
import * as limits from './limits';
import { parseQueryString } from './parse-query-string';
import { all, both, either, none, not, type Query } from './query';
import type { RequestPart } from './request-part';

export interface QueryContext {
  /** Milliseconds that `now` stands for. */
  readonly now: number;
}

type Parse = (part: RequestPart, context: Walk) => Query;

interface Walk extends QueryContext {
  readonly depth: number;
  /** Counts clauses of the whole request. */
  readonly count: { clauses: number };
}

const parsers: { readonly [name: string]: Parse } = {
  match_all: (part) => (part.allow('boost'), all),
  match_none: (part) => (part.allow('boost'), none),
  term: (part) => term(part, 'value'),
  match: (part) => term(part, 'query'),
  terms,
  prefix: (part) => onField(part, 'value', (field, value) => ({ kind: 'prefix', field, prefix: value.scalar() })),
  wildcard: (part) => onField(part, 'value', wildcard),
  exists: (part) => (part.allow('field', 'boost'), { kind: 'exists', field: fieldOf(part.at('field')) }),
  range,
  ids: (part) => {
    part.allow('values', 'boost');
    return { kind: 'term', field: 'id', values: termTexts('id', part.at('values')) };
  },
  bool,
  constant_score: (part, walk) => (part.allow('filter', 'boost'), parseClause(part.at('filter'), walk)),
  query_string: text,
};

/** @throws SearchError */
export const parseQuery = (part: RequestPart, context: QueryContext): Query =>
  parseClause(part, { ...context, depth: 0, count: { clauses: 0 } });

function parseClause(part: RequestPart, walk: Walk): Query {
  if (walk.depth > limits.QUERY_DEPTH) throw part.error(`queries nest at most ${limits.QUERY_DEPTH} deep`);
  if (++walk.count.clauses > limits.CLAUSES) throw part.error(`a query has at most ${limits.CLAUSES} clauses`);
  const [name, body] = part.only('query');
  const parse = Object.hasOwn(parsers, name) ? parsers[name] : undefined;
  if (!parse) throw body.error(`this query is not supported; there are ${Object.keys(parsers).join(', ')}`);
  return parse(body, walk);
}

function bool(part: RequestPart, walk: Walk): Query {
  part.allow('must', 'filter', 'should', 'must_not', 'minimum_should_match', 'boost');
  const clauses = (key: string) =>
    part
      .at(key)
      .items()
      .map((item) => parseClause(item, { ...walk, depth: walk.depth + 1 }));
  const must = [...clauses('must'), ...clauses('filter')];
  const [should, mustNot] = [clauses('should'), clauses('must_not')];
  const standard = should.length > 0 && must.length === 0 ? 1 : 0;
  const given = part.at('minimum_should_match');
  const atLeast = given.isAbsent ? standard : given.integer(0, limits.CLAUSES);
  return { kind: 'bool', must, should, mustNot, atLeast };
}

/** `{field: value}`, or `{field: {[key]: value, ...}}`. */
function onField(part: RequestPart, key: string, then: (field: string, value: RequestPart) => Query): Query {
  const [field, body] = part.only('field');
  if (typeof body.value !== 'object' || body.value === null || Array.isArray(body.value)) return then(field, body);
  body.allow(key, 'boost');
  return then(field, body.at(key));
}

const term = (part: RequestPart, key: string): Query =>
  onField(part, key, (field, value) => ({ kind: 'term', field, values: [termText(field, value)] }));

function terms(part: RequestPart): Query {
  const entries = part.entries().filter(([key]) => key !== 'boost');
  const [only, ...more] = entries;
  if (!only || more.length > 0) throw part.error('exactly one field is wanted');
  const [field, body] = only;
  if (!Array.isArray(body.value)) throw body.error('a list is wanted');
  return { kind: 'term', field, values: termTexts(field, body) };
}

function termTexts(field: string, part: RequestPart): readonly string[] {
  const items = part.items();
  if (items.length > limits.TERMS) throw part.error(`at most ${limits.TERMS} values are allowed`);
  return items.map((item) => termText(field, item));
}

/** Dates by their milliseconds, so that all ways to write one are the same. */
function termText(field: string, part: RequestPart): string {
  const text = part.scalar();
  const kind = fieldKind(field);
  const number = kind === 'date' ? parseDateMath(text, 0, false) : Number(text);
  if ((kind === 'date' || kind === 'number') && (number === undefined || Number.isNaN(number)))
    throw part.error(`is no ${kind}`);
  return kind === 'date' || kind === 'number' ? String(number) : text;
}

function wildcard(field: string, value: RequestPart): Query {
  const pattern = value.scalar();
  if (pattern.length > limits.PATTERN_LENGTH)
    throw value.error(`a pattern has at most ${limits.PATTERN_LENGTH} characters`);
  if (fieldKind(field) === 'payload')
    throw value.error('payload takes no wildcards; a prefix query finds how its values begin');
  return { kind: 'wildcard', field, pattern };
}

function range(part: RequestPart, { now }: Walk): Query {
  const [field, body] = part.only('field');
  body.allow('gt', 'gte', 'lt', 'lte', 'boost');
  const kind = fieldKind(field);
  const bound = (key: 'gt' | 'gte' | 'lt' | 'lte') => {
    const at = body.at(key);
    if (at.isAbsent || at.value === null) return {};
    const text = at.scalar();
    if (kind !== 'date' && kind !== 'number') return { [key]: text };
    const number = kind === 'date' ? parseDateMath(text, now, key === 'gt' || key === 'lte') : Number(text);
    if (number === undefined || Number.isNaN(number)) throw at.error(`is no ${kind}`);
    return { [key]: number };
  };
  return { kind: 'range', field, ...bound('gt'), ...bound('gte'), ...bound('lt'), ...bound('lte') };
}

function text(part: RequestPart): Query {
  part.allow('query', 'default_operator', 'fields', 'lenient', 'boost', 'analyze_wildcard');
  const given = part.at('query');
  const fields = part.at('fields').items().map(fieldOf);
  if (fields.some((field) => field !== '*')) throw part.at('fields').error('only "*" is supported; write field:value');
  const operator = part.at('default_operator').oneOf(['or', 'and'], 'or');
  return parseQueryString(given, operator === 'and' ? both : either, { both, either, not });
}

export function fieldOf(part: RequestPart): string {
  const field = part.text();
  if (field === '') throw part.error('a field is wanted');
  return field;
}
