import type { JsonObject } from '../../json';
import type { Segment, Value } from '../ast';

/**
 * Follows a path, from its segment `from` on. Own properties only: `constructor`, `__proto__` and `toString` are nothing
 * unless the data holds them. `length` works on lists and texts, an index on a text gives a character.
 * @returns undefined where the path leads nowhere, never an error
 */
export function walk(value: Value, path: readonly Segment[], from = 0): Value {
  let at = value;
  for (let i = from; i < path.length && at !== undefined; i++) at = step(at, path[i] as Segment);
  return at;
}

/** One step of `walk`. */
export function step(at: Value, key: Segment): Value {
  if (typeof at !== 'object' && typeof at !== 'string') return undefined;
  if (at === null || !Object.hasOwn(at as object, key)) return undefined;
  return (at as unknown as JsonObject)[key];
}
