import { isObject, type Json, type JsonObject } from '../json';

/** What an error tells besides its message: named facts, or a list of what is wrong (`InvalidArgumentsError`). */
export type ErrorDetails = JsonObject | readonly Json[];

/** Everything this system throws on purpose. The catalogue is in `catalogue.ts`. */
export class PlatformError extends Error {
  /** Stable and public: the `error` field of the JSON answer. */
  readonly code: string;
  /** HTTP status of an answer that carries it. */
  readonly status: number;
  /** True only when the very same call may succeed later. */
  readonly retryable: boolean;
  readonly details: ErrorDetails;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(message);
    if (options?.cause !== undefined) this.cause = options.cause;
    this.name = kind.code;
    this.code = kind.code;
    this.status = kind.status;
    this.retryable = kind.retryable ?? false;
    this.details = details;
  }
}

export interface ErrorKind {
  readonly code: string;
  readonly status: number;
  readonly retryable?: boolean;
}

/** Not `instanceof`: the workflow sandbox and Jest each hold their own copy of the class. */
export const isPlatformError = (e: unknown): e is PlatformError =>
  typeof e === 'object' && e !== null && 'code' in e && 'status' in e && 'retryable' in e;

/** An error as it travels and is stored: no stack, no cause. */
export interface ErrorValue {
  readonly error: string;
  readonly message: string;
  readonly details: ErrorDetails;
}

export const toErrorValue = (e: PlatformError): ErrorValue => ({
  error: e.code,
  message: e.message,
  details: e.details,
});

/** The named facts; a list has none. */
export const factsOf = (details: ErrorDetails): JsonObject => (isObject(details) ? details : {});
