import type { Clause, LiveFilter } from './live-filter';
import { readsEverything, type Reader } from './read-rights';

/** A field and a value that an event must have to be of interest. */
export type Key = readonly [path: string, value: string];

/** Nearly every event has one of a few values here: they tell nothing apart. */
const DULL = new Set(['source.workspaceId', 'source.serviceTopic', 'options.persist']);

/**
 * Keys one of which every event has that this filter lets through to this reader. Null: no key stands for it.
 *
 * K1  An event that matches the filter and may be read has at least one of the keys (or there are none to have).
 */
export function subscriptionKeys({ payloadQuery, types }: LiveFilter, reader: Reader): readonly Key[] | null {
  return keysOfClauses(payloadQuery) ?? keysOfTypes(types) ?? keysOfReader(reader);
}

function keysOfClauses(clauses: readonly Clause[] | undefined): readonly Key[] | null {
  if (clauses === undefined) return null;
  const keys: Key[] = [];
  for (const clause of clauses) {
    const exact = Object.entries(clause).filter(([path, wanted]) => !DULL.has(path) && wanted.every(isExact));
    const [best] = exact.sort(([, one], [, other]) => one.length - other.length);
    if (best === undefined) return null;
    const [path, wanted] = best;
    for (const value of wanted) keys.push([path, value]);
  }
  return keys;
}

const keysOfTypes = (types: readonly string[] | undefined): readonly Key[] | null =>
  types?.every(isExact) ? types.map((type) => ['type', type] as const) : null;

/** What gives somebody without a role the right to read (`mayRead`). */
function keysOfReader(reader: Reader): readonly Key[] | null {
  if (readsEverything(reader) || reader.role === 'editor' || reader.rules) return null;
  const { userId, sessionId, topics } = reader;
  return [
    ...keysNamed(['source.userId', 'target.userId'], userId),
    ...keysNamed(['source.sessionId', 'target.sessionId'], sessionId),
    ...[...topics].map((topic) => ['target.userTopic', topic] as const),
  ];
}

const keysNamed = (paths: readonly string[], value: string | undefined): readonly Key[] =>
  value === undefined ? [] : paths.map((path) => [path, value] as const);

const isExact = (value: string): boolean => value !== '' && !value.startsWith('*') && !value.endsWith('*');
