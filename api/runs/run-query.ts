import { fail } from '../../shared/core/errors/errors';
import { RUN_STATUSES, type RunStatus } from '../../shared/core/run/run-note';
import type { RunPlaceInList, RunQuery, RunSort } from '../../shared/ports/run-index';
import type { HttpRequest } from '../http/contract';

/** The total is counted for the first page and handed on with the cursor. */
export interface Cursor {
  readonly after: RunPlaceInList;
  readonly sort: RunSort;
  readonly total: { readonly value: number; readonly relation: 'eq' | 'gte' };
}

/** Values of one list filter: more of them are a mistake, and each costs a search. */
const MOST_VALUES = 20;
const SORTS: readonly RunSort[] = ['started', 'waiting', 'duration'];

/** @throws RequestValidationError for what the contract cannot say: too many values, no date, a foreign cursor */
export function toRunQuery(
  query: HttpRequest['query'],
  now: number,
): { readonly query: RunQuery; readonly cursor?: Cursor } {
  const text = (name: string): string | undefined => {
    const value = [query[name] ?? []].flat()[0];
    return value === '' ? undefined : value;
  };
  const list = (name: string): readonly string[] | undefined => {
    const values = [query[name] ?? [], query[`${name}[]`] ?? []].flat(2).flatMap((one) => String(one).split(','));
    const given = values.filter((one) => one !== '');
    if (given.length > MOST_VALUES) throw invalid(name, `takes at most ${MOST_VALUES} values`);
    return given.length === 0 ? undefined : given;
  };
  const date = (name: string): number | undefined => {
    const given = text(name);
    if (given === undefined) return undefined;
    const at = Date.parse(given);
    if (Number.isNaN(at)) throw invalid(name, 'must be a date, such as 2026-03-01T12:00:00Z');
    return at;
  };
  const seconds = text('waitingLongerThan');
  const cursor = cursorIn(text('cursor'));
  const sort = (text('sort') ?? cursor?.sort ?? 'started') as RunSort;
  if (cursor && cursor.sort !== sort) throw invalid('cursor', 'belongs to a list in another order');
  return {
    query: defined({
      status: list('status')?.map(statusIn),
      automation: list('automation'),
      trigger: text('trigger'),
      correlationId: text('correlationId'),
      userId: text('userId'),
      release: text('release'),
      error: text('error'),
      waitsFor: text('waitsFor'),
      startedFrom: date('startedFrom'),
      startedTo: date('startedTo'),
      waitingBefore: seconds === undefined ? undefined : now - 1_000 * Number(seconds),
      sort,
      limit: Number(text('limit') ?? 50),
      after: cursor?.after,
    }),
    ...(cursor && { cursor }),
  };
}

function statusIn(text: string): RunStatus {
  const found = RUN_STATUSES.find((one) => one === text);
  if (!found) throw invalid('status', `is one of ${RUN_STATUSES.join(', ')}`);
  return found;
}

const defined = <T extends object>(object: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;

export const cursorText = ({ after, sort, total }: Cursor): string =>
  Buffer.from(JSON.stringify([sort, after[0], after[1], total.value, total.relation])).toString('base64url');

function cursorIn(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const found = parsed(text);
  if (Array.isArray(found)) {
    const [sort, value, run, total, relation] = found as readonly unknown[];
    const known = SORTS.find((one) => one === sort);
    if (known && Number.isFinite(value) && typeof run === 'string' && Number.isFinite(total)) {
      return {
        after: [value as number, run],
        sort: known,
        total: { value: total as number, relation: relation === 'gte' ? 'gte' : 'eq' },
      };
    }
  }
  throw invalid('cursor', 'is none that a list has given');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

const invalid = (name: string, what: string) =>
  fail('RequestValidationError', `${name} ${what}`, [
    { path: `/query/${name}`, message: what, errorCode: 'query.openapi.validation' },
  ]);
