/**
 * Finds the subscriptions that an event may be for without looking at all of them: each stands under its workspace and a
 * field's value that such an event must have. So an event costs what matches it, not what is connected.
 *
 * S1  `candidates` gives every subscription that the event is for, and maybe more: they are matched afterwards.
 */
import { entry } from '../entry';
import type { Json } from '../json';
import type { Event } from './event';
import { LONGEST_PATH, type LiveFilter } from './live-filter';
import { textsOf, valueAt } from './matches-filter';
import type { Reader } from './read-rights';
import { subscriptionKeys, type Key } from './subscription-keys';

export interface SubscriptionIndex<T> {
  /** @returns how to take it out again */
  add(workspaceId: string, filter: LiveFilter, reader: Reader, listener: T): () => void;
  /** Each listener once, in no order. */
  candidates(event: Event): ReadonlySet<T>;
}

interface Listeners<T> {
  /** Those that no key stands for. */
  readonly any: Set<T>;
  readonly byPath: Map<string, { readonly segments: readonly string[]; readonly byValue: Map<string, Set<T>> }>;
}

/** With more fields in use, those of the event are looked at instead of those of the filters. */
const FEW_PATHS = 32;
const nobody: ReadonlySet<never> = new Set();

export function createSubscriptionIndex<T>(): SubscriptionIndex<T> {
  const byWorkspace = new Map<string, Listeners<T>>();

  function put({ any, byPath }: Listeners<T>, keys: readonly Key[] | null, listener: T): void {
    if (keys === null) return void any.add(listener);
    for (const [path, value] of keys) {
      const { byValue } = entry(byPath, path, () => ({ segments: path.split('.'), byValue: new Map() }));
      entry(byValue, value, () => new Set<T>()).add(listener);
    }
  }

  /** Nothing empty stays behind: fields and values come and go for months. */
  function take(workspaceId: string, keys: readonly Key[] | null, listener: T): void {
    const listeners = byWorkspace.get(workspaceId);
    if (!listeners) return;
    const { any, byPath } = listeners;
    any.delete(listener);
    for (const [path, value] of keys ?? []) {
      const byValue = byPath.get(path)?.byValue;
      const found = byValue?.get(value);
      found?.delete(listener);
      if (found?.size === 0) byValue?.delete(value);
      if (byValue?.size === 0) byPath.delete(path);
    }
    if (any.size + byPath.size === 0) byWorkspace.delete(workspaceId);
  }

  return {
    add(workspaceId, filter, reader, listener) {
      const keys = subscriptionKeys(filter, reader);
      put(
        entry(byWorkspace, workspaceId, () => ({ any: new Set<T>(), byPath: new Map() })),
        keys,
        listener,
      );
      return () => take(workspaceId, keys, listener);
    },
    candidates(event) {
      const listeners = byWorkspace.get(event.source.workspaceId);
      if (!listeners) return nobody;
      const { any, byPath } = listeners;
      const found = new Set<T>(any);
      const look = (path: string, value: Json | undefined): void => {
        const byValue = byPath.get(path)?.byValue;
        if (byValue) for (const text of textsOf(value)) for (const one of byValue.get(text) ?? nobody) found.add(one);
      };
      if (byPath.size <= FEW_PATHS) for (const [path, { segments }] of byPath) look(path, valueAt(event, segments));
      else visit(event as unknown as Json, '', look);
      return found;
    },
  };
}

/** Every field of a value, with its dotted path, as far as filters may name it. */
function visit(value: Json, path: string, look: (path: string, value: Json) => void): void {
  if (path !== '') look(path, value);
  if (typeof value !== 'object' || value === null || path.length > LONGEST_PATH) return;
  for (const [key, inner] of Object.entries(value))
    if (inner !== undefined) visit(inner, path === '' ? key : `${path}.${key}`, look);
}
