/**
 * Finds the patterns that an event may match without looking at all of them: a pattern stands under its workspace, its
 * type and the value of its first filter. So the cost of an event grows with what matches, not with what waits.
 *
 * P1  `candidates` gives every match, and maybe more: loose equality knows pairs that no key can tell apart.
 */
import { entry } from '../entry';
import { parsePath } from '../expression/evaluate/parse-path';
import { walk } from '../expression/evaluate/walk';
import type { JsonObject, Value } from '../json';
import type { Event } from './event';
import type { Pattern } from './match-filters';

export interface PatternIndex<T> {
  add(workspaceId: string, patterns: readonly Pattern[], listener: T): void;
  remove(workspaceId: string, patterns: readonly Pattern[], listener: T): void;
  /** Each listener once, in no order. */
  candidates(event: Event): ReadonlySet<T>;
}

interface Listeners<T> {
  /** Without a filter, or with one that no key stands for. */
  readonly any: Set<T>;
  /** Path of the first filter -> key of its value. */
  readonly byPath: Map<string, Map<string, Set<T>>>;
}

const nobody: ReadonlySet<never> = new Set();

export function createPatternIndex<T>(): PatternIndex<T> {
  const byType = new Map<string, Listeners<T>>();
  const typeKey = (workspaceId: string, type: string) => `${workspaceId}\n${type}`;

  /** The set that a pattern belongs to, made when missing. */
  function place(workspaceId: string, pattern: Pattern): Set<T> {
    const listeners = entry(byType, typeKey(workspaceId, pattern.event), () => ({
      any: new Set<T>(),
      byPath: new Map(),
    }));
    const [path, key] = firstFilter(pattern.filters);
    if (path === undefined || key === undefined) return listeners.any;
    return entry(
      entry(listeners.byPath, path, () => new Map<string, Set<T>>()),
      key,
      () => new Set<T>(),
    );
  }

  /** Nothing empty stays behind: types and values come and go for months. */
  function prune(workspaceId: string, { event, filters }: Pattern): void {
    const listeners = byType.get(typeKey(workspaceId, event));
    if (!listeners) return;
    const [path, key] = firstFilter(filters);
    const values = path === undefined ? undefined : listeners.byPath.get(path);
    if (values && key !== undefined && values.get(key)?.size === 0) values.delete(key);
    if (path !== undefined && values?.size === 0) listeners.byPath.delete(path);
    if (listeners.any.size === 0 && listeners.byPath.size === 0) byType.delete(typeKey(workspaceId, event));
  }

  return {
    add(workspaceId, patterns, listener) {
      for (const pattern of patterns) place(workspaceId, pattern).add(listener);
    },
    remove(workspaceId, patterns, listener) {
      for (const pattern of patterns) {
        place(workspaceId, pattern).delete(listener);
        prune(workspaceId, pattern);
      }
    },
    candidates(event) {
      const listeners = byType.get(typeKey(event.source.workspaceId, event.type));
      if (!listeners) return nobody;
      if (listeners.byPath.size === 0) return listeners.any;
      const found = new Set(listeners.any);
      for (const [path, values] of listeners.byPath) {
        const segments = parsePath(path);
        const value = typeof segments === 'string' ? undefined : walk(event as unknown as Value, segments);
        for (const listener of values.get(keyOfFound(value)) ?? nobody) found.add(listener);
      }
      return found;
    },
  };
}

function firstFilter(filters: JsonObject | undefined): readonly [path?: string, key?: string] {
  for (const path in filters) return [path, keyOfWanted(filters[path])];
  return [];
}

/** Objects are equal to nothing but themselves, which a stored pattern cannot hold: they are left to the matcher. */
const keyOfWanted = (value: Value): string | undefined =>
  typeof value === 'object' && value !== null ? undefined : keyOf(value);

/** What loose equality makes of a list or an object is its text. */
const keyOfFound = (value: Value): string => keyOf(typeof value === 'object' && value !== null ? textOf(value) : value);

const textOf = (value: object): string => (Array.isArray(value) ? value.map(String).join(',') : '[object Object]');

/** The same for values that are loosely equal: `1`, `"1"`, `"1.0"` and true; null and ∅. */
function keyOf(value: Exclude<Value, object> | null): string {
  if (value === null || value === undefined) return '∅';
  const number = Number(value);
  return Number.isNaN(number) ? `s${String(value)}` : `n${number}`;
}
