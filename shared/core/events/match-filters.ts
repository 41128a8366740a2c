import { looselyEqual } from '../expression/evaluate/coerce';
import { parsePath } from '../expression/evaluate/parse-path';
import { walk } from '../expression/evaluate/walk';
import type { JsonObject, Value } from '../json';
import type { Event } from './event';

/** A pattern of a `wait`: the type, and a value for each path from the event's root. */
export interface Pattern {
  readonly event: string;
  readonly filters?: JsonObject;
}

/** Does the event end a wait for these patterns? The first that matches, or undefined. */
export const matchPatterns = <P extends Pattern>(event: Event, patterns: readonly P[]): P | undefined =>
  patterns.find((pattern) => pattern.event === event.type && matchFilters(event, pattern.filters));

/** All filters hold, with loose equality: `"1"` matches 1. No filters: always. */
export function matchFilters(event: Event, filters: JsonObject | undefined): boolean {
  if (filters === undefined) return true;
  return Object.keys(filters).every((path) => {
    const segments = parsePath(path);
    const found = typeof segments === 'string' ? undefined : walk(event as unknown as Value, segments);
    return looselyEqual(found, filters[path]);
  });
}
