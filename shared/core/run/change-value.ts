/**
 * `set` and `delete` inside a JSON value. Nothing is changed in place but what `own` says is ours: everything along the
 * path is copied, everything beside it is shared.
 */
import { fail, type PlatformError } from '../errors/errors';
import { isObject, type Json, type JsonObject, type Value } from '../json';
import { getOwn, setOwn } from './to-json';
import type { Patch } from './types';

export type ChangeOp = 'replace' | 'merge' | 'push';
export type Path = readonly (string | number)[];

/** Containers made by earlier changes of this turn which nobody else holds: they may be changed in place. */
export type Owned = Set<object>;

/** Lists don't grow further than this by writing behind their end. */
const MAXIMUM_GAP = 100_000;

export interface Change {
  readonly op: ChangeOp;
  /** JSON already (`toJson`); ∅ removes the key, in a list it is null. */
  readonly value: Value;
  readonly own?: Owned;
}

/**
 * @param from  where in the path the root stands
 * @returns the root after the change
 * @throws InvalidInstructionError when the path leads through a text, number, boolean, or a list by a name
 */
export function changeAt(root: Value, path: Path, change: Change, from = 0): Value {
  if (from === path.length) return changeHere(root, change);
  const { own } = change;
  const key = path[from] as string | number;
  if (root === undefined || root === null) return put({}, key, changeAt(undefined, path, change, from + 1), own);
  if (Array.isArray(root)) {
    const list = root as readonly Json[];
    const index = indexOf(list, path, from, change);
    return putItem(list, index, changeAt(list[index], path, change, from + 1) ?? null, own);
  }
  if (!isObject(root)) throw unreachable(path, change);
  return put(root, key, changeAt(getOwn(root, String(key)), path, change, from + 1), own);
}

/** Removes a key, or an item of a list (the others move up). A path that leads nowhere changes nothing. */
export function removeAt(root: Value, path: Path, i = 0): Value {
  const key = path[i] as string | number;
  const last = i === path.length - 1;
  if (Array.isArray(root)) {
    const list = root as readonly Json[];
    if (typeof key !== 'number' || key >= list.length) return root;
    if (last) return list.filter((_, at) => at !== key);
    const after = removeAt(list[key], path, i + 1);
    return after === list[key] ? root : list.map((item, at) => (at === key ? (after ?? null) : item));
  }
  if (!isObject(root) || !Object.hasOwn(root, key)) return root;
  const before = getOwn(root, String(key));
  const after = last ? undefined : removeAt(before, path, i + 1);
  return after === before ? root : put(root, key, after);
}

/** Applies one patch of a run to a stored context. Never throws: what cannot be applied any more changes nothing. */
export function applyPatch(stored: JsonObject, patch: Pick<Patch, 'op' | 'path' | 'value'>): JsonObject {
  if (patch.op === 'delete') {
    const after = patch.path.length === 0 ? {} : removeAt(stored, patch.path);
    return isObject(after) ? after : stored;
  }
  try {
    const after = changeAt(stored, patch.path, { op: patch.op, value: patch.value });
    return isObject(after) ? after : stored;
  } catch {
    // Another run has put a scalar where this path went through an object: the later writer's value stays.
    return stored;
  }
}

function changeHere(target: Value, { op, value, own }: Change): Value {
  switch (op) {
    case 'replace':
      return value;
    case 'push':
      return append(Array.isArray(target) ? target : [], [value ?? null], own);
    case 'merge':
      return merge(target, value, own);
  }
}

function merge(target: Value, value: Value, own?: Owned): Value {
  if (Array.isArray(target)) return append(target, Array.isArray(value) ? value : [value ?? null], own);
  if (target === null || isObject(target)) return isObject(value) ? { ...target, ...value } : target;
  return value;
}

function append(list: readonly Json[], items: readonly Json[], own?: Owned): readonly Json[] {
  if (own?.has(list)) {
    for (const item of items) (list as Json[]).push(item);
    return list;
  }
  const copy = [...list, ...items];
  own?.add(copy);
  return copy;
}

function put(object: JsonObject, key: string | number, value: Value, own?: Owned): JsonObject {
  const mine = own?.has(object) === true;
  const copy: { [key: string]: Json } = mine ? (object as { [key: string]: Json }) : { ...object };
  if (value === undefined) delete copy[key];
  else setOwn(copy, String(key), value);
  if (!mine) own?.add(copy);
  return copy;
}

function putItem(list: readonly Json[], index: number, value: Json, own?: Owned): readonly Json[] {
  const mine = own?.has(list) === true;
  const copy = mine ? (list as Json[]) : [...list];
  while (copy.length < index) copy.push(null);
  copy[index] = value;
  if (!mine) own?.add(copy);
  return copy;
}

function indexOf(list: readonly Json[], path: Path, at: number, change: Change): number {
  const key = path[at];
  if (typeof key === 'number' && key <= list.length + MAXIMUM_GAP) return key;
  throw unreachable(path, change);
}

const unreachable = (path: Path, { value }: Change): PlatformError =>
  fail('InvalidInstructionError', 'Invalid set instruction', { variable: path.join('.'), value: value ?? null });
