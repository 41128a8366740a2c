/** Filters of live subscriptions: their form, as it comes from outside, and what is checked of it. */
import { fail } from '../errors/errors';
import { isObject, type Json } from '../json';

/** What a field must be: any of the values. */
export type Clause = { readonly [path: string]: readonly string[] };

/** All given parts must hold; none given = everything. */
export interface LiveFilter {
  /** Any of the clauses; all fields of one clause. Values as in a query string: `''` missing or falsy, `*` present. */
  readonly payloadQuery?: readonly Clause[];
  /** Any of; a `*` may stand at one end. */
  readonly types?: readonly string[];
  /** Substring of the event's JSON. */
  readonly text?: string;
  /** Events of apps nested deeper are left out; events without a depth never are. */
  readonly appInstanceDepth?: number;
}

const KNOWN = ['payloadQuery', 'types', 'text', 'appInstanceDepth'];
const MOST_CLAUSES = 100;
const MOST_VALUES = 1_000;
const LONGEST_TEXT = 1_000;
/** Of a dotted path. */
export const LONGEST_PATH = 500;

/** @throws RequestValidationError that lists what is wrong, with its place */
export function parseLiveFilter(given: unknown): LiveFilter {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw invalid('', 'must be an object');
  for (const key of Object.keys(given))
    if (!KNOWN.includes(key)) throw invalid(`/${key}`, `is no filter; there are ${KNOWN.join(', ')}`);
  const { payloadQuery, types, text, appInstanceDepth } = given;
  const filter: LiveFilter = {
    ...(payloadQuery != null && { payloadQuery: clauses(payloadQuery) }),
    ...(types != null && { types: list(types, '/types') }),
    ...(text != null && { text: textOf(text) }),
    ...(appInstanceDepth != null && { appInstanceDepth: depthOf(appInstanceDepth) }),
  };
  return checkFilter(filter);
}

/** Of a filter in its final form, wherever it came from. @throws RequestValidationError */
export function checkFilter(filter: LiveFilter): LiveFilter {
  const { payloadQuery = [], types = [] } = filter;
  let values = types.length;
  if (payloadQuery.length > MOST_CLAUSES) throw invalid('/payloadQuery', `holds more than ${MOST_CLAUSES} objects`);
  types.forEach((type) => checkWildcard(type, '/types'));
  for (const clause of payloadQuery)
    for (const [path, wanted] of Object.entries(clause)) {
      if (path === '' || path.length > LONGEST_PATH) throw invalid('/payloadQuery', 'names a field that can be none');
      wanted.forEach((value) => checkWildcard(value, `/payloadQuery/${path}`));
      values += wanted.length + 1;
    }
  if (values > MOST_VALUES) throw invalid('', `holds more than ${MOST_VALUES} values`);
  return filter;
}

function clauses(given: Json): readonly Clause[] {
  const objects = Array.isArray(given) ? (given as readonly Json[]) : [given];
  return objects.map((object, n) => {
    const place = Array.isArray(given) ? `/payloadQuery/${n}` : '/payloadQuery';
    if (!isObject(object)) throw invalid(place, 'must be an object of fields and values');
    return Object.fromEntries(Object.entries(object).map(([path, value]) => [path, list(value, `${place}/${path}`)]));
  });
}

const list = (given: Json, place: string): readonly string[] =>
  (Array.isArray(given) ? (given as readonly Json[]) : [given]).map((value) => {
    if (value === null) return '';
    if (typeof value === 'object')
      throw invalid(place, 'must be a text, a number, true, false, null, or a list of them');
    return String(value);
  });

function checkWildcard(value: string, place: string): void {
  const star = value.slice(1, -1).indexOf('*');
  if (star >= 0 || (value.length > 1 && value.startsWith('*') && value.endsWith('*')))
    throw invalid(place, 'may hold one *, at its beginning or at its end');
}

function textOf(given: Json): string {
  if (typeof given !== 'string' || given.length > LONGEST_TEXT)
    throw invalid('/text', `must be a text of at most ${LONGEST_TEXT} characters`);
  return given;
}

function depthOf(given: Json): number {
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 0)
    throw invalid('/appInstanceDepth', 'must be a whole number from 0');
  return given;
}

const invalid = (path: string, message: string) =>
  fail('RequestValidationError', `The filter ${path} ${message}`.replace('  ', ' '), [
    { path: `/filters${path}`, message, errorCode: 'filter' },
  ]);
