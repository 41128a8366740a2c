import { fail } from '../errors/errors';
import type { Json, JsonObject, Value } from '../json';

/** Deeper values are refused: the machine, and all who write them down, walk values by recursion. */
export const MAXIMUM_DEPTH = 1000;

/**
 * The value as JSON text would bring it back: ∅ in an object is dropped, in a list it is null; NaN and infinities are
 * null; -0 is 0. What is right already is returned as it is, not copied.
 * @throws InvalidInstructionError when it is nested too deeply
 */
export function toJson(value: Value, depth = 0): Value {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAXIMUM_DEPTH)
    throw fail('InvalidInstructionError', 'Value is nested too deeply', { limit: MAXIMUM_DEPTH });
  return Array.isArray(value) ? listToJson(value, depth) : objectToJson(value as JsonObject, depth);
}

/** `toJson` where ∅ has a meaning of its own. */
export const toJsonOr = <T extends Json>(value: Value, absent: T): Json => toJson(value) ?? absent;

function listToJson(list: readonly Value[], depth: number): readonly Json[] {
  let copy: Json[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i];
    const after = toJson(before, depth + 1) ?? null;
    if (copy === undefined && !Object.is(before, after)) copy = list.slice(0, i) as Json[];
    copy?.push(after);
  }
  return copy ?? (list as readonly Json[]);
}

function objectToJson(object: JsonObject, depth: number): JsonObject {
  let changed: [string, Value][] | undefined;
  for (const key of Object.keys(object)) {
    const before: Value = object[key];
    const after = toJson(before, depth + 1);
    if (after === undefined || !Object.is(before, after)) (changed ??= []).push([key, after]);
  }
  if (changed === undefined) return object;
  const copy: { [key: string]: Json } = { ...object };
  for (const [key, value] of changed) {
    if (value === undefined) delete copy[key];
    else setOwn(copy, key, value);
  }
  return copy;
}

/** Writes a key that users named: `__proto__` is one like any other. */
export function setOwn(object: { [key: string]: Json }, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  } else object[key] = value;
}

export const getOwn = (object: JsonObject, key: string): Value =>
  Object.hasOwn(object, key) ? object[key] : undefined;
