/** Front door: `throw fail('ObjectNotFoundError', 'Automation not found', {automation})`. */
import type { JsonObject } from '../json';
import { errors, type ErrorCode } from './catalogue';
import { PlatformError } from './platform-error';

export { errors, type ErrorCode } from './catalogue';
export { isPlatformError, PlatformError, toErrorValue, type ErrorKind, type ErrorValue } from './platform-error';

/** Builds (does not throw) an error of the catalogue. */
export const fail = (
  code: ErrorCode,
  message: string,
  details: JsonObject = {},
  options?: { cause?: unknown },
): PlatformError => new PlatformError(errors[code], message, details, options);
