import { fieldKind } from '../../shared/core/event-search/field-values';
import { RESULT_WINDOW } from '../../shared/core/event-search/limits';
import { fail } from '../../shared/core/errors/errors';
import type { EventQuery } from '../../shared/ports/event-history';
import type { HttpRequest } from '../http/contract';

const named = new Set(['types', 'text', 'afterDate', 'beforeDate', 'page', 'limit', 'sort', 'appInstanceDepth']);
/** First part of a field's path. Anything else is a mistake that would find nothing, in silence. */
const ROOTS = new Set(['id', 'type', 'createdAt', 'size', 'payload', 'source', 'target', 'options']);
const MOST_FILTERS = 30;
const MOST_VALUES = 500;

/**
 * The query string of GET events. The contract has checked the named keys; every other key is a filter on a field.
 * @throws SearchError a wildcard where there can be none
 * @throws RequestValidationError a key or a date that is none, pages beyond the window, too many filters
 */
export function toEventQuery(query: HttpRequest['query']): EventQuery {
  const fields = fieldsOf(query);
  const types = one(query['types'])?.split(',').filter(Boolean);
  const text = one(query['text']);
  const depth = one(query['appInstanceDepth']);
  const [page, limit] = [Number(one(query['page']) ?? 0), Number(one(query['limit']) ?? 50)];
  if ((page + 1) * limit > RESULT_WINDOW)
    throw fail('RequestValidationError', `Pages go up to event ${RESULT_WINDOW}; go on with afterDate or beforeDate`, {
      page,
      limit,
    });
  return {
    ...(types?.length && { types }),
    ...(text && { text }),
    ...dateBound('afterDate', query),
    ...dateBound('beforeDate', query),
    ...(Object.keys(fields).length > 0 && { fields }),
    ...(depth !== undefined
      ? { appInstanceDepth: Number(depth) }
      : !('source.appInstanceDepth' in fields) && { appInstanceDepth: 1 }),
    page,
    limit,
    sort: one(query['sort']) === 'asc' ? 'asc' : 'desc',
  };
}

/** Field -> values, any of. A repeated key is a list; an empty item means that the field is absent. */
function fieldsOf(query: HttpRequest['query']): NonNullable<EventQuery['fields']> {
  const keys = Object.keys(query).filter((key) => !named.has(key));
  const unknown = keys.filter((key) => !ROOTS.has(key.split(/[.[]/, 1)[0] ?? ''));
  if (unknown.length > 0)
    throw fail('RequestValidationError', `${unknown[0]} is no filter; fields begin with ${[...ROOTS].join(', ')}`, {
      unknown,
    });
  const fields = Object.fromEntries(keys.map((key) => [key, listOf(query[key] ?? [])]));
  if (keys.length > MOST_FILTERS || Object.values(fields).some(({ length }) => length > MOST_VALUES))
    throw fail('RequestValidationError', `At most ${MOST_FILTERS} filters of ${MOST_VALUES} values each`, {
      filters: keys.length,
    });
  for (const [path, values] of Object.entries(fields)) checkWildcards(path, values);
  return fields;
}

/** Values of the payload take a `*` at their end only: stores look through them by their beginnings. */
function checkWildcards(path: string, values: readonly string[]): void {
  if (fieldKind(path) !== 'payload') return;
  const value = values.find((one) => one.slice(0, -1).includes('*'));
  if (value !== undefined)
    throw fail('SearchError', 'In the payload a * may only stand at the end of a value', { path, value });
}

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

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
