/** Front door: `throw fail('ObjectNotFoundError', 'Automation not found', {automation})`. */
import { errors, type ErrorCode } from './catalogue';
import { PlatformError, type ErrorDetails } from './platform-error';

export { errors, type ErrorCode } from './catalogue';
export {
  factsOf,
  isPlatformError,
  PlatformError,
  toErrorValue,
  type ErrorDetails,
  type ErrorKind,
  type ErrorValue,
} from './platform-error';

/** Builds (does not throw) an error of the catalogue. */
export const fail = (
  code: ErrorCode,
  message: string,
  details: ErrorDetails = {},
  options?: { cause?: unknown },
): PlatformError => new PlatformError(errors[code], message, details, options);
