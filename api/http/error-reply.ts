import type { Json, JsonObject } from '../../shared/core/json';
import { errors, factsOf, isPlatformError, type ErrorCode, type PlatformError } from '../../shared/core/errors/errors';

/** A thrown thing as a caller may see it. */
export interface ErrorReply {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body: JsonObject;
  /** True: not thrown on purpose. Its stack belongs into the log. */
  readonly unexpected: boolean;
}

/** Seconds after which a caller may try again when there was no room. */
const RETRY_AFTER_SECONDS = '1';

const known = (code: ErrorCode, message: string, details?: Json): ErrorReply => ({
  status: errors[code].status,
  body: { error: code, message, ...(details !== undefined && { details }) },
  unexpected: false,
});

/** The one border to HTTP: every error becomes `{error, message, details}`; what was not expected says nothing. */
export function toErrorReply(error: unknown, correlationId: string): ErrorReply {
  if (isPlatformError(error)) {
    if (error.status >= 500 && !error.retryable) return internal(correlationId);
    const reply = known(error.code as ErrorCode, error.message, error.details);
    return { ...reply, status: error.status, ...(error.status === 503 && { headers: retryAfter }), ...tooMany(error) };
  }
  return fromFramework(error) ?? internal(correlationId);
}

/** The limit is told in the headers too, where clients look for it. */
function tooMany({ status, details }: PlatformError): Pick<ErrorReply, 'headers'> | undefined {
  const { retryAfter: seconds } = factsOf(details);
  return status === 429 && typeof seconds === 'number' ? { headers: { 'retry-after': String(seconds) } } : undefined;
}

const retryAfter = { 'retry-after': RETRY_AFTER_SECONDS };

const internal = (correlationId: string): ErrorReply => ({
  status: 500,
  body: { error: 'Internal', message: 'Internal error', correlationId },
  unexpected: true,
});

/** Errors of the body parser, the router and the validator: told by their status and type, never by their text. */
function fromFramework(error: unknown): ErrorReply | null {
  if (typeof error !== 'object' || error === null) return null;
  const { status, type, errors: list } = error as { status?: unknown; type?: unknown; errors?: unknown };
  if (status === 413) return known('PayloadTooLarge', 'The body of the request is too large', limitOf(error));
  if (type === 'entity.parse.failed')
    return known('RequestValidationError', 'The body of the request is not valid JSON');
  if (status === 404) return known('NotFoundError', 'Route not found');
  if (typeof status !== 'number' || status < 400 || status >= 500) return null;
  return known('RequestValidationError', 'Invalid request', Array.isArray(list) ? validationDetails(list) : undefined);
}

const limitOf = (error: object): JsonObject | undefined =>
  'limit' in error && typeof error.limit === 'number' ? { limitBytes: error.limit } : undefined;

const validationDetails = (list: readonly unknown[]): Json =>
  list.map((entry) => {
    const { path, message, errorCode } = entry as { path?: unknown; message?: unknown; errorCode?: unknown };
    return { path: String(path ?? ''), message: String(message ?? ''), errorCode: String(errorCode ?? '') };
  });
