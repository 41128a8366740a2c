import { fail, factsOf, isPlatformError, type ErrorCode, type PlatformError } from '../../shared/core/errors/errors';
import type { Diagnostic } from '../../shared/core/automation/diagnostic';
import { refusesSave } from '../../shared/core/automation/diagnostic-codes';
import type { Json } from '../../shared/core/json';

/** Codes of diagnostics that have an error of their own. */
const NAMED: { readonly [code: string]: ErrorCode } = {
  CRON_INVALID: 'InvalidScheduleError',
  SLUG_INVALID: 'InvalidSlugError',
  SLUG_DUPLICATE: 'AlreadyUsedError',
};

/**
 * Runs a save; what the compiler refuses gets the name that callers know. A strict save is refused under one name only.
 * @param how.json  the caller sent a JSON document: what does not fit its schema is an invalid request
 */
export async function refusing<T>(
  { strict, json }: { readonly strict: boolean; readonly json: boolean },
  save: () => Promise<T>,
): Promise<T> {
  try {
    return await save();
  } catch (error) {
    throw isPlatformError(error) && error.code === 'InvalidAutomationError' && !strict ? named(error, json) : error;
  }
}

function named(error: PlatformError, json: boolean): PlatformError {
  const diagnostics = (factsOf(error.details)['diagnostics'] ?? []) as unknown as readonly Diagnostic[];
  const refused = diagnostics.filter(refusesSave);
  const code = NAMED[refused[0]?.code ?? ''];
  if (code !== undefined) return fail(code, error.message, { diagnostics: diagnostics as unknown as Json });
  if (!json) return error;
  const details = refused.map(({ file, path, message, code: errorCode }) => ({
    path: `${file}#${path}`,
    message,
    errorCode,
  }));
  return fail('RequestValidationError', error.message, details);
}
