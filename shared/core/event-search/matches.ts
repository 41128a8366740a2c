import type { Event } from '../events/event';
import { compareTexts } from './compare-texts';
import { fieldExists, fieldKind, fieldNumbers, fieldValues } from './field-values';
import type { Query, Range } from './query';
import { holdsWords, searchedTexts } from './words';

/** Does the event answer the query? Pure, so that every store that cannot say it by itself asks here. */
export function matches(event: Event, query: Query): boolean {
  switch (query.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'term':
      return matchesTerm(event, query.field, query.values);
    case 'prefix':
      return fieldValues(event, query.field).some((value) => value.startsWith(query.prefix));
    case 'wildcard':
      return fieldValues(event, query.field).some((value) => matchesWildcard(value, query.pattern));
    case 'exists':
      return fieldExists(event, query.field);
    case 'range':
      return matchesRange(event, query.field, query);
    case 'text':
      for (const text of searchedTexts(event)) if (holdsWords(text, query.words, query.isPrefix)) return true;
      return false;
    case 'bool': {
      if (!query.must.every((one) => matches(event, one))) return false;
      if (query.mustNot.some((one) => matches(event, one))) return false;
      let held = 0;
      for (const one of query.should) {
        if (held >= query.atLeast) break;
        if (matches(event, one)) held++;
      }
      return held >= query.atLeast;
    }
  }
}

function matchesTerm(event: Event, field: string, wanted: readonly string[]): boolean {
  const kind = fieldKind(field);
  if (kind === 'keyword' || kind === 'payload')
    return fieldValues(event, field).some((value) => wanted.includes(value));
  const numbers = fieldNumbers(event, field);
  return wanted.some((value) => numbers.includes(Number(value)));
}

function matchesRange(event: Event, field: string, range: Range): boolean {
  const kind = fieldKind(field);
  return kind === 'date' || kind === 'number'
    ? fieldNumbers(event, field).some((value) => isWithin(range, (bound) => value - Number(bound)))
    : fieldValues(event, field).some((value) => isWithin(range, (bound) => compareTexts(value, String(bound))));
}

function isWithin({ gt, gte, lt, lte }: Range, compare: (bound: string | number) => number): boolean {
  if (gt !== undefined && compare(gt) <= 0) return false;
  if (gte !== undefined && compare(gte) < 0) return false;
  if (lt !== undefined && compare(lt) >= 0) return false;
  return lte === undefined || compare(lte) <= 0;
}

/** Goes back to the last star only, so that it takes no more steps than pattern times text. */
export function matchesWildcard(text: string, pattern: string): boolean {
  let [at, within, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    if (within < pattern.length && pattern[within] === '*') {
      star = within++;
      mark = at;
    } else if (within < pattern.length && (pattern[within] === '?' || pattern[within] === text[at])) {
      at++;
      within++;
    } else if (star >= 0) {
      within = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[within] === '*') within++;
  return within === pattern.length;
}
