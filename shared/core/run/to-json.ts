import { fail } from '../errors/errors';
import type { Json, JsonObject, Value } from '../json';

/** Deeper values are refused: the machine, and all who write them down, walk values by recursion. */
export const MAXIMUM_DEPTH = 1000;
/** Larger values are refused: sharing makes `[a, a]` of `a` for nothing, but writing it down costs what it says. */
export const MAXIMUM_SIZE = 20_000_000;

/**
 * Lists and objects known to be JSON, with their sizes, so that nothing is walked twice. They are never changed again:
 * the machine changes in place only what nobody has read yet, and what nobody has read is not here.
 */
const known = new WeakMap<object, { readonly size: number; readonly depth: number }>();

/**
 * The value as JSON text would bring it back: ∅ in an object is dropped, in a list it is null; NaN and infinities are
 * null; -0 is 0. What is right already is returned as it is, not copied.
 * @throws InvalidInstructionError when it is nested too deeply or too large
 */
export function toJson(value: Value, maximumSize: number = MAXIMUM_SIZE): Value {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return value;
  const after = walk(value, 0);
  if (sizeOf(after) <= maximumSize) return after;
  throw fail('InvalidInstructionError', 'Value is too large', { limit: maximumSize });
}

/** What a value costs, quickly known: eight for each value, and the characters of its texts. At most 8 x its JSON text. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return 8 + value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return (known.get(value) ?? measure(value)).size;
}

function walk(value: Value, depth: number): Value {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== 'object' || value === null) return value;
  // The same whether it is known already or not: the answer must not depend on what this process has seen.
  if (depth + (known.get(value)?.depth ?? 1) > MAXIMUM_DEPTH) throw tooDeep();
  if (known.has(value)) return value;
  const after = Array.isArray(value) ? listToJson(value, depth) : objectToJson(value as JsonObject, depth);
  measure(after);
  return after;
}

function measure(container: object): { readonly size: number; readonly depth: number } {
  let size = 8;
  let depth = 0;
  for (const value of Object.values(container) as Value[]) {
    size += sizeOf(value);
    if (typeof value === 'object' && value !== null) depth = Math.max(depth, known.get(value)?.depth ?? 0);
  }
  const measured = { size, depth: depth + 1 };
  known.set(container, measured);
  return measured;
}

const tooDeep = () => fail('InvalidInstructionError', 'Value is nested too deeply', { limit: MAXIMUM_DEPTH });

function listToJson(list: readonly Value[], depth: number): readonly Json[] {
  let copy: Json[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i];
    const after = walk(before, depth + 1) ?? null;
    if (copy === undefined && !Object.is(before, after)) copy = list.slice(0, i) as Json[];
    copy?.push(after);
  }
  return copy ?? (list as readonly Json[]);
}

function objectToJson(object: JsonObject, depth: number): JsonObject {
  let changed: [string, Value][] | undefined;
  for (const key of Object.keys(object)) {
    const before: Value = object[key];
    const after = walk(before, depth + 1);
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
