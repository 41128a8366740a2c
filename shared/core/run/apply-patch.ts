/**
 * One path-wise change of a JSON object: what `set` and `delete` mean (docs: the instructions `set` and `delete`).
 * The machine applies it to its own copy, the store to the stored one; both must come to the same.
 */
import { fail } from '../errors/errors';
import { isObject, type Json, type JsonObject } from '../json';
import type { Patch } from './types';

export type PathPatch = Pick<Patch, 'op' | 'path' | 'value'>;
type Segment = string | number;

/** A list may grow by so many empty places at once; more is a mistake, and would cost memory without end. */
const MAX_GAP = 10_000;

/**
 * @returns the changed object; the given one is left alone, and given back when nothing changes
 * @throws InvalidInstructionError when a parent on the path is a scalar, or a list has no such place
 */
export function applyPatch(value: JsonObject, patch: PathPatch): JsonObject {
  const changed = change(value, patch.path, 0, patch);
  // The root is always an object: a whole context cannot become a list, a scalar or nothing.
  if (isObject(changed)) return changed;
  return changed === undefined ? {} : value;
}

function change(at: Json | undefined, path: readonly Segment[], depth: number, patch: PathPatch): Json | undefined {
  const segment = path[depth];
  if (segment === undefined) return changeTarget(at, patch);
  if (patch.op === 'delete' && !mayHold(at, segment)) return at;
  if (at === undefined || at === null) return under(String(segment), change(undefined, path, depth + 1, patch));
  if (Array.isArray(at)) return changeItem(at, segment, path, depth, patch);
  if (!isObject(at)) throw misfit(patch);
  const key = String(segment);
  const held = Object.hasOwn(at, key) ? at[key] : undefined;
  const next = change(held, path, depth + 1, patch);
  if (next === undefined) return without(at, key);
  return next === held ? at : { ...at, [key]: next };
}

function changeItem(
  at: readonly Json[],
  segment: Segment,
  path: readonly Segment[],
  depth: number,
  patch: PathPatch,
): Json {
  const index = indexOf(segment);
  if (index === undefined || index > at.length + MAX_GAP) throw misfit(patch);
  const next = change(at[index], path, depth + 1, patch);
  if (next === undefined && patch.op === 'delete') return at.filter((_, i) => i !== index);
  const items = [...at];
  while (items.length < index) items.push(null);
  items[index] = present(next);
  return items;
}

function changeTarget(target: Json | undefined, { op, value }: PathPatch): Json | undefined {
  switch (op) {
    case 'delete':
      return undefined;
    case 'replace':
      return value;
    case 'push':
      return [...(Array.isArray(target) ? (target as readonly Json[]) : []), present(value)];
    case 'merge':
      return merged(target, value);
  }
}

function merged(target: Json | undefined, value: Json | undefined): Json | undefined {
  if (Array.isArray(target)) {
    if (value === undefined) return target;
    return [...(target as readonly Json[]), ...(Array.isArray(value) ? (value as readonly Json[]) : [value])];
  }
  if (target !== null && !isObject(target)) return value;
  return isObject(value) ? { ...target, ...value } : target;
}

/** `delete` creates nothing, so it stops where the path does. */
function mayHold(at: Json | undefined, segment: Segment): boolean {
  if (Array.isArray(at)) return (indexOf(segment) ?? Infinity) < at.length;
  return isObject(at) && Object.hasOwn(at, String(segment));
}

function indexOf(segment: Segment): number | undefined {
  if (typeof segment === 'number') return Number.isInteger(segment) && segment >= 0 ? segment : undefined;
  return /^(0|[1-9]\d{0,8})$/.test(segment) ? Number(segment) : undefined;
}

function without(object: JsonObject, key: string): JsonObject {
  if (!Object.hasOwn(object, key)) return object;
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

const under = (key: string, value: Json | undefined): JsonObject => (value === undefined ? {} : { [key]: value });

/** JSON has no place for ∅ inside a list. */
const present = (value: Json | undefined): Json => value ?? null;

const misfit = ({ path, value }: PathPatch) =>
  fail('InvalidInstructionError', 'Invalid set instruction', { variable: path.join('.'), value: present(value) });
