import type { Value } from '../ast';
import type { FunctionName } from '../function-names';
import type { Scope } from '../scope';
import { date } from './date';
import { expressionError } from './expression-error';
import { matchJson } from './json-match';
import { ceil, floor, rand, round } from './numbers';
import { urlSearchParams } from './search-params';
import { join, json, replace, slice, split } from './texts';

type Fn = (args: readonly Value[], field: string | undefined, scope: Scope) => Value;

const functions: { readonly [K in FunctionName]: Fn } = {
  date,
  round,
  floor,
  ceil,
  rand: (args, _field, scope) => rand(args, scope),
  split,
  join,
  replace,
  slice,
  json,
  isArray: ([v]) => Array.isArray(v),
  isObject: ([v]) => typeof v === 'object' && v !== null && !Array.isArray(v),
  URLSearchParams: ([v], field) => urlSearchParams(v, field),
  jsonmatch: ([value, condition]) => matchJson(value, condition),
};

/** @throws InvalidExpressionSyntax for bad arguments, or a function that this version does not have */
export function callFunction(name: string, args: readonly Value[], field: string | undefined, scope: Scope): Value {
  if (!Object.hasOwn(functions, name)) throw expressionError(`Unknown function '${name}'`, name);
  return functions[name as FunctionName](args, field, scope);
}
