import { isObject, type Json, type JsonObject } from '../json';
import { matchesWildcard } from './matches';

/** What is left of a document: fields whose dotted path one of the patterns names, and all below a named object. */
export function pickFields(document: JsonObject, patterns: readonly string[]): JsonObject {
  return (pick(document, '', patterns) ?? {}) as JsonObject;
}

function pick(value: Json, path: string, patterns: readonly string[]): Json | undefined {
  if (path !== '' && patterns.some((pattern) => matchesWildcard(path, pattern))) return value;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => (isObject(item) ? pick(item, path, patterns) : undefined));
    const left = items.filter((item) => item !== undefined);
    return left.length > 0 ? left : undefined;
  }
  if (!isObject(value)) return undefined;
  const left = Object.entries(value).flatMap(([key, below]): [string, Json][] => {
    const picked = pick(below, path === '' ? key : `${path}.${key}`, patterns);
    return picked === undefined ? [] : [[key, picked]];
  });
  return left.length > 0 ? Object.fromEntries(left) : undefined;
}
