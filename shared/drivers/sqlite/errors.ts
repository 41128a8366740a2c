import { fail, isPlatformError, type PlatformError } from '../../core/errors/errors';

const code = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Mistakes of ours in SQL or in what it is given: the very same call would fail again. */
const OUR_FAULT = /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|MISUSE|RANGE|TOOBIG)/;

/** The one place where errors of SQLite and of the file system become ours. */
export function toStorageError(error: unknown): PlatformError {
  if (isPlatformError(error)) return error;
  const vendor = code(error);
  const cause = error instanceof Error ? error.message : String(error);
  if (OUR_FAULT.test(vendor) || (vendor === '' && !/ConnectionFailed/.test(cause)))
    return fail('Internal', 'The store failed', { cause }, { cause: error });
  return fail('StorageUnavailable', 'The store is not available', { code: vendor, cause }, { cause: error });
}

export function storing<T>(job: () => T): T {
  try {
    return job();
  } catch (error) {
    throw toStorageError(error);
  }
}
