import { fail, PlatformError } from '../../shared/core/errors/errors';
import type { JsonObject } from '../../shared/core/json';

/** What a field of a request must be, and is not. */
export const invalid = (path: string, message: string) =>
  fail('RequestValidationError', 'Invalid request', [{ path, message, errorCode: 'invalid.openapi.validation' }]);

/** A file that is not taken as it is: 400, unlike one that is too large. */
export const badUpload = (message: string, details: JsonObject): PlatformError =>
  new PlatformError({ code: 'InvalidUploadError', status: 400 }, `Invalid upload: ${message}`, details);

export const tooLarge = (what: string, limitBytes: number) =>
  fail('InvalidUploadError', `Invalid upload: ${what} has more than ${limitBytes} bytes`, { limitBytes });

export const fileNotFound = (id: string) =>
  fail('ObjectNotFoundError', 'There is no such file', { subjectType: 'files', query: { id: id.slice(0, 300) } });
