import { fail, type PlatformError } from '../../errors/errors';
import type { Json } from '../../json';
import type { Value } from '../ast';

/** @param expression  what went wrong, as near as the run still knows it: a call's name and arguments, a pattern */
export const expressionError = (message: string, expression: Json): PlatformError =>
  fail('InvalidExpressionSyntax', message, { expression });

/** A wrong argument of a function. The arguments are not shown: they may be secret. */
export const argumentError = (call: string, wants: string, got: Value): PlatformError =>
  expressionError(`${call} wants ${wants}, not ${nameOf(got)}`, call);

const nameOf = (v: Value): string =>
  v === undefined ? 'nothing' : v === null ? 'null' : Array.isArray(v) ? 'a list' : `a ${typeof v}`;
