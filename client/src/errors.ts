/** What the API answers when it refuses: `error` is the stable name, `code` the HTTP status (0 on a websocket). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly error: string;
  readonly details: unknown;

  constructor(
    { error, message, details }: { readonly error: string; readonly message?: string; readonly details?: unknown },
    readonly code: number,
  ) {
    super(message ?? error);
    this.error = error;
    this.details = details;
  }
}

/** An answer that is none of the API's: a proxy's, or nothing at all (`code` 0). */
export class HTTPError extends Error {
  override readonly name = 'HTTPError';

  constructor(
    message: string,
    readonly code: number,
    options?: { readonly cause?: unknown },
  ) {
    super(message);
    if (options?.cause !== undefined) Object.assign(this, { cause: options.cause });
  }
}

export const isErrorBody = (
  body: unknown,
): body is { readonly error: string; readonly message?: string; readonly details?: unknown } =>
  typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string';
