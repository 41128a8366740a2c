import { fail, type PlatformError } from '../../errors/errors';

/** @param position offset in the expression, in characters */
export const syntaxError = (message: string, expression: string, position: number): PlatformError =>
  fail('InvalidExpressionSyntax', message, { expression, position });
