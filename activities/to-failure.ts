import { ApplicationFailure } from '@temporalio/activity';
import { isPlatformError } from '../shared/core/errors/errors';

/**
 * The one border to the engine: our errors keep their code as the failure's type, and say themselves whether trying
 * again may help. Anything else is a bug of ours: it is retried, so that a mend can be deployed under a waiting run.
 */
export function toFailure(error: unknown): never {
  if (!isPlatformError(error)) throw error;
  throw ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !error.retryable,
    details: [error.details],
    cause: error,
  });
}
