import { fail, isPlatformError, type PlatformError } from '../../../shared/core/errors/errors';
import type { RunKey } from '../../../shared/core/run/types';

/** The caller has stopped waiting: the time is up, or the client gone. */
export const late = (run: RunKey): PlatformError =>
  fail('TimeoutError', 'The run has not answered in time and goes on', { runId: run });

export const isLate = (error: unknown): error is PlatformError =>
  isPlatformError(error) && error.code === 'TimeoutError';
