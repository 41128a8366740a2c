/**
 * JavaScript's conversions, for data: JavaScript would call an object's own `toString`, which here is a key that anybody
 * may have sent. So lists and objects become texts by hand before an operator sees them.
 */
import type { Value } from '../ast';

export type Primitive = undefined | null | boolean | number | string;

const isPrimitive = (v: Value): v is Primitive => typeof v !== 'object' || v === null;

/** A list joins its items with commas; an object is `[object Object]`. */
export function toPrimitive(v: Value): Primitive {
  if (isPrimitive(v)) return v;
  return Array.isArray(v) ? joinTexts(v, ',') : '[object Object]';
}

/** As `String(v)`: ∅ is "undefined". */
export const toJsText = (v: Value): string => String(toPrimitive(v));

/** As `list.join(separator)`: ∅ and null are empty. */
export const joinTexts = (list: readonly Value[], separator: string): string =>
  list.map((v) => (v === undefined || v === null ? '' : toJsText(v))).join(separator);

/** As text inside a template: ∅ and null are empty, lists and objects are JSON on several lines. */
export function toText(v: Value): string {
  if (typeof v === 'string') return v;
  return v === undefined || v === null ? '' : JSON.stringify(v, null, 2);
}

/** JavaScript's `==`, but for two lists or objects, which are never equal: nothing here knows whether they are one. */
export function looselyEqual(l: Value, r: Value): boolean {
  // eslint-disable-next-line eqeqeq -- loose equality is what this function is for
  if (isPrimitive(l) && isPrimitive(r)) return l == r;
  if (!isPrimitive(l) && !isPrimitive(r)) return false;
  const [object, other] = isPrimitive(l) ? [r, l] : [l, r];
  // eslint-disable-next-line eqeqeq -- as above
  return other !== undefined && other !== null && toPrimitive(object) == other;
}

/** JavaScript's `+`. */
export function add(l: Value, r: Value): number | string {
  const a = toPrimitive(l);
  const b = toPrimitive(r);
  if (typeof a === 'string' || typeof b === 'string') return String(a) + String(b);
  return Number(a) + Number(b);
}

export const toNumber = (v: Value): number => (typeof v === 'number' ? v : Number(toPrimitive(v)));

/** JavaScript's `<` and its kin: two texts by code units, anything else as numbers; NaN and ∅ give false. */
export function compare(op: '<' | '<=' | '>' | '>=', l: Value, r: Value): boolean {
  const bothTexts = !isNumeric(l) && !isNumeric(r);
  const a = bothTexts ? String(toPrimitive(l)) : toNumber(l);
  const b = bothTexts ? String(toPrimitive(r)) : toNumber(r);
  switch (op) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

/** What is no text after `toPrimitive`. */
const isNumeric = (v: Value): boolean => typeof v !== 'string' && isPrimitive(v);
