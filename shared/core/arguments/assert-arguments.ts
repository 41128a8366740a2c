import type { DeclaredArguments } from '../automation/program';
import { fail } from '../errors/errors';
import type { Json, JsonObject } from '../json';
import { validate } from './validate';

/** @throws InvalidArgumentsError; its details are the list of what is broken */
export function assertArguments(declared: DeclaredArguments | undefined, args: JsonObject): void {
  if (declared === undefined) return;
  if ('invalid' in declared) throw fail('InvalidArgumentsError', invalidSchema(declared.invalid));
  const violations = validate(declared.schema, args);
  if (violations.length > 0) throw invalidArguments(violations);
}

export const invalidArguments = (violations: readonly Json[]) =>
  fail('InvalidArgumentsError', 'Invalid arguments', violations);

export const invalidSchema = (reason: string): string => `Invalid arguments schema: ${reason}`;
