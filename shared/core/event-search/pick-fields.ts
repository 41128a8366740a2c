import { isObject, type Json, type JsonObject } from '../json';
import { MAX_DEPTH } from '../events/assert-fits';
import { matchesWildcard } from './matches';

/** What is left of a document, down to the depth that events may have: fields whose dotted path one of the patterns names, and all below a named object. */
export function pickFields(document: JsonObject, patterns: readonly string[]): JsonObject {
  return (pick(document, '', patterns, 0) ?? {}) as JsonObject;
}

function pick(value: Json, path: string, patterns: readonly string[], depth: number): Json | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (path !== '' && patterns.some((pattern) => matchesWildcard(path, pattern))) return value;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) =>
      isObject(item) ? pick(item, path, patterns, depth) : undefined,
    );
    const left = items.filter((item) => item !== undefined);
    return left.length > 0 ? left : undefined;
  }
  if (!isObject(value)) return undefined;
  const left = Object.entries(value).flatMap(([key, below]): [string, Json][] => {
    const picked = pick(below, path === '' ? key : `${path}.${key}`, patterns, depth + 1);
    return picked === undefined ? [] : [[key, picked]];
  });
  return left.length > 0 ? Object.fromEntries(left) : undefined;
}
