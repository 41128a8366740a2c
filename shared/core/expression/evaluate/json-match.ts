/**
 * `jsonmatch(value, condition)`: MongoDB's way to ask about a document. Fields are joined by AND; dotted paths walk into
 * objects and into each item of lists; a condition on a list holds when it holds for the list or for one item.
 */
import type { Json, JsonObject } from '../../json';
import type { Value } from '../ast';
import { toJsText } from './coerce';
import { expressionError } from './expression-error';
import { load } from './lazy';

const isPlain = (v: Value): v is JsonObject => typeof v === 'object' && v !== null && !Array.isArray(v);
const isList = (v: Value): v is readonly Json[] => Array.isArray(v);

/** @throws InvalidExpressionSyntax when the condition is no object, or has an operator that does not exist */
export function matchJson(value: Value, condition: Value): boolean {
  if (!isPlain(condition)) throw expressionError('jsonmatch wants an object as condition', 'jsonmatch');
  return isPlain(value) && matchDocument(value, condition);
}

/** All fields are looked at, also after the first that fails, so that a bad operator is an error whatever the data. */
function matchDocument(value: Value, condition: JsonObject): boolean {
  let holds = true;
  for (const [key, wanted] of Object.entries(condition)) holds = matchField(value, key, wanted) && holds;
  return holds;
}

function matchField(value: Value, key: string, wanted: Value): boolean {
  switch (key) {
    case '$and':
      return clauses(key, wanted)
        .map((clause) => matchDocument(value, clause))
        .every(Boolean);
    case '$or':
      return clauses(key, wanted)
        .map((clause) => matchDocument(value, clause))
        .some(Boolean);
    case '$nor':
      return !clauses(key, wanted)
        .map((clause) => matchDocument(value, clause))
        .some(Boolean);
    default:
      if (key.startsWith('$')) throw unknownOperator(key);
      return matchAny(valuesAt(value, key.split('.')), wanted);
  }
}

function clauses(operator: string, wanted: Value): readonly JsonObject[] {
  if (isList(wanted) && wanted.every(isPlain)) return wanted as readonly JsonObject[];
  throw expressionError(`jsonmatch: ${operator} wants a list of conditions`, 'jsonmatch');
}

const unknownOperator = (key: string): Error => expressionError(`jsonmatch: unknown operator '${key}'`, 'jsonmatch');

/** The values a dotted path leads to: several when lists lie on the way, [undefined] when nothing is there. */
function valuesAt(value: Value, path: readonly string[]): readonly Value[] {
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  if (isList(value)) {
    if (/^\d+$/.test(key) && Object.hasOwn(value, key)) return valuesAt(value[Number(key)], rest);
    const found = value.filter(isPlain).flatMap((item) => valuesAt(item, path));
    return found.length > 0 ? found : [undefined];
  }
  return isPlain(value) && Object.hasOwn(value, key) ? valuesAt(value[key], rest) : [undefined];
}

const isOperators = (wanted: Value): wanted is JsonObject =>
  isPlain(wanted) && Object.keys(wanted).length > 0 && Object.keys(wanted).every((key) => key.startsWith('$'));

/** One condition against the values of one field. */
function matchAny(values: readonly Value[], wanted: Value): boolean {
  if (!isOperators(wanted)) return values.some((v) => isEqual(v, wanted));
  let holds = true;
  for (const [operator, operand] of Object.entries(wanted)) {
    const one = matchOperator(values, operator, operand, wanted);
    holds = one && holds;
  }
  return holds;
}

type Test = (v: Value, operand: Value) => boolean;

/** Operators that hold when they hold for a value, or for one item of it. */
const tests: { readonly [operator: string]: Test | undefined } = {
  $eq: (v, operand) => isEqual(v, operand),
  $in: (v, operand) => listOperand('$in', operand).some((one) => isEqual(v, one)),
  $gt: (v, operand) => anyItem(v, (item) => inOrder(operand, item)),
  $gte: (v, operand) => anyItem(v, (item) => inOrder(operand, item) || sameJson(item, operand)),
  $lt: (v, operand) => anyItem(v, (item) => inOrder(item, operand)),
  $lte: (v, operand) => anyItem(v, (item) => inOrder(item, operand) || sameJson(item, operand)),
  $all: (v, operand) => listOperand('$all', operand).every((one) => isEqual(v, one)),
  $size: (v, operand) => isList(v) && v.length === operand,
  $elemMatch: (v, operand) => isList(v) && v.some((item) => matchElement(item, operand)),
};

function matchOperator(values: readonly Value[], operator: string, operand: Value, siblings: JsonObject): boolean {
  switch (operator) {
    case '$ne':
      return !values.some((v) => isEqual(v, operand));
    case '$nin':
      return !values.some((v) => listOperand('$nin', operand).some((one) => isEqual(v, one)));
    case '$exists':
      return values.some((v) => v !== undefined) === Boolean(operand);
    case '$not':
      return !matchNegated(values, operand);
    case '$regex':
      return values.some((v) => anyItem(v, (item) => matchesText(item, operand, siblings.$options)));
    case '$options':
      if (siblings.$regex === undefined) throw expressionError('jsonmatch: $options goes with $regex', 'jsonmatch');
      return true;
  }
  const test = Object.hasOwn(tests, operator) ? tests[operator] : undefined;
  if (test === undefined) throw unknownOperator(operator);
  return values.some((v) => test(v, operand));
}

function matchNegated(values: readonly Value[], operand: Value): boolean {
  if (!isOperators(operand)) throw expressionError('jsonmatch: $not wants operators', 'jsonmatch');
  return matchAny(values, operand);
}

function matchElement(item: Value, operand: Value): boolean {
  if (isOperators(operand) && !['$and', '$or', '$nor'].some((key) => key in operand)) return matchAny([item], operand);
  if (!isPlain(operand)) throw expressionError('jsonmatch: $elemMatch wants a condition', 'jsonmatch');
  return matchDocument(item, operand);
}

function listOperand(operator: string, operand: Value): readonly Value[] {
  if (isList(operand)) return operand;
  throw expressionError(`jsonmatch: ${operator} wants a list`, 'jsonmatch');
}

function matchesText(item: Value, pattern: Value, options: Value): boolean {
  if (typeof pattern !== 'string') throw expressionError('jsonmatch: $regex wants a text', 'jsonmatch');
  return (
    typeof item === 'string' && load.regex().testPattern(pattern, options === undefined ? '' : toJsText(options), item)
  );
}

const anyItem = (v: Value, holds: (item: Value) => boolean): boolean => (isList(v) ? v.some(holds) : holds(v));

/** Numbers with numbers, texts with texts; what has another type is in no order. */
const inOrder = (low: Value, high: Value): boolean =>
  (typeof low === 'number' && typeof high === 'number' && low < high) ||
  (typeof low === 'string' && typeof high === 'string' && low < high);

/** Equal, or a list with an equal item. Null also stands for a field that is missing. */
const isEqual = (v: Value, wanted: Value): boolean =>
  sameJson(v, wanted) || (isList(v) && v.some((item) => sameJson(item, wanted)));

function sameJson(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === undefined || a === null) return b === undefined || b === null;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
