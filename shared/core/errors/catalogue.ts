import type { ErrorKind } from './platform-error';

/**
 * Every error the product raises, by its public name. Sources: the reference of errors in `docs/reference/errors.md`;
 * a test compares the two.
 */
export const errors = {
  ObjectNotFoundError: { code: 'ObjectNotFoundError', status: 404 },
  ForbiddenError: { code: 'ForbiddenError', status: 403 },
  AuthenticationError: { code: 'AuthenticationError', status: 401 },
  TooManyCallError: { code: 'TooManyCallError', status: 400 },
  InvalidEventError: { code: 'InvalidEventError', status: 400 },
  BrokerError: { code: 'BrokerError', status: 400 },
  InvalidVariableNameError: { code: 'InvalidVariableNameError', status: 400 },
  InvalidInstructionError: { code: 'InvalidInstructionError', status: 400 },
  InvalidExpressionSyntax: { code: 'InvalidExpressionSyntax', status: 400 },
  InvalidArgumentsError: { code: 'InvalidArgumentsError', status: 400 },
  InvalidOutputError: { code: 'InvalidOutputError', status: 400 },
  InvalidUploadError: { code: 'InvalidUploadError', status: 413 },
  InvalidAutomationError: { code: 'InvalidAutomationError', status: 400 },
  InvalidScheduleError: { code: 'InvalidScheduleError', status: 400 },
  InvalidSlugError: { code: 'InvalidSlugError', status: 400 },
  AlreadyUsedError: { code: 'AlreadyUsedError', status: 400 },
  MissingFieldError: { code: 'MissingFieldError', status: 400 },
  SuspendedWorkspaceError: { code: 'SuspendedWorkspaceError', status: 400 },
  PrismeError: { code: 'PrismeError', status: 400 },
  ContextsLimitError: { code: 'ContextsLimitError', status: 400 },
  FetchError: { code: 'FetchError', status: 400 },
  FailedChunkParsing: { code: 'FailedChunkParsing', status: 400 },
  RunCancelledError: { code: 'RunCancelledError', status: 409 },
  InvalidVersionError: { code: 'InvalidVersionError', status: 400 },
  RepositoryError: { code: 'RepositoryError', status: 400 },
  ConflictError: { code: 'ConflictError', status: 409 },
  PreconditionFailedError: { code: 'PreconditionFailedError', status: 412 },
  RequestValidationError: { code: 'RequestValidationError', status: 400 },
  SearchError: { code: 'SearchError', status: 400 },
  ResumeError: { code: 'ResumeError', status: 400 },
  SlowConsumerError: { code: 'SlowConsumerError', status: 429 },
  NotFoundError: { code: 'NotFoundError', status: 404 },
  TimeoutError: { code: 'TimeoutError', status: 408 },
  PayloadTooLarge: { code: 'PayloadTooLarge', status: 413 },
  IdempotencyKeyReused: { code: 'IdempotencyKeyReused', status: 422 },
  ConfigurationError: { code: 'ConfigurationError', status: 500 },
  Internal: { code: 'Internal', status: 500 },
  StorageUnavailable: { code: 'StorageUnavailable', status: 503, retryable: true },
  Overloaded: { code: 'Overloaded', status: 503, retryable: true },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errors;
