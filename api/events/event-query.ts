import { fail } from '../../shared/core/errors/errors';
import type { EventQuery } from '../../shared/ports/event-history';
import type { HttpRequest } from '../http/contract';

const named = new Set(['types', 'text', 'afterDate', 'beforeDate', 'page', 'limit', 'sort', 'appInstanceDepth']);
/** Said to exist by the specification, but not here: taken for field filters they would answer an empty list. */
const notYet = new Set(['wait', 'afterId', 'beforeId']);

/**
 * The query string of GET events. The contract has checked the named keys; every other key is a filter on a field.
 * @throws SearchError a wildcard where there can be none · RequestValidationError a date that is none
 */
export function toEventQuery(query: HttpRequest['query']): EventQuery {
  const fields: { [path: string]: readonly string[] } = {};
  for (const [key, value] of Object.entries(query)) {
    if (notYet.has(key)) throw fail('RequestValidationError', `${key} is not supported`);
    if (!named.has(key)) fields[key] = wanted(key, value);
  }
  const types = one(query['types'])?.split(',').filter(Boolean);
  const text = one(query['text']);
  const depth = one(query['appInstanceDepth']);
  return {
    ...(types?.length && { types }),
    ...(text && { text }),
    ...dateBound('afterDate', query),
    ...dateBound('beforeDate', query),
    ...(Object.keys(fields).length > 0 && { fields }),
    ...(depth !== undefined
      ? { appInstanceDepth: Number(depth) }
      : !('source.appInstanceDepth' in fields) && { appInstanceDepth: 1 }),
    page: Number(one(query['page']) ?? 0),
    limit: Number(one(query['limit']) ?? 50),
    sort: one(query['sort']) === 'asc' ? 'asc' : 'desc',
  };
}

/** Values of a filter, any of. A repeated key is a list; an empty item means that the field is absent. */
function wanted(path: string, value: string | readonly string[]): readonly string[] {
  const values = typeof value === 'string' ? [value] : value;
  for (const each of values) {
    const star = each.indexOf('*');
    if (star >= 0 && star < each.length - 1) {
      throw fail('SearchError', 'A * may only stand at the end of a value', { path, value: each });
    }
  }
  return values;
}

// The validator turns numbers of the query into numbers; a handler that is called without it gets text.
const one = (value: unknown): string | undefined => {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return first === undefined ? undefined : String(first);
};

function dateBound(key: 'afterDate' | 'beforeDate', query: HttpRequest['query']): { [key: string]: string } {
  const given = one(query[key]);
  if (given === undefined || given === '') return {};
  const date = new Date(given);
  if (Number.isNaN(date.getTime())) throw fail('RequestValidationError', `${key} is not a date`, { [key]: given });
  return { [key]: date.toISOString() };
}
