/** One thing that was tried before giving up, and why it did not work. */
export interface Attempt {
  readonly what: string;
  readonly why: string;
  /** What the reader can do to make this very attempt work; absent when there is nothing to do. */
  readonly mend?: string;
}

/**
 * The product cannot start, and a person has to act. Not in the catalogue of `shared/core/errors`: no caller of the API
 * ever sees it, only the one who typed the command.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
  constructor(
    message: string,
    readonly mend: string,
    readonly tried: readonly Attempt[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The whole story for a terminal: what failed, everything that was tried, what to do. */
  describe(): string {
    const tried = this.tried.flatMap(({ what, why, mend }) => [
      `  - ${what}: ${why}`,
      ...(mend === undefined ? [] : [`    to mend: ${mend}`]),
    ]);
    return [
      this.message,
      ...(tried.length > 0 ? ['Tried, in this order:', ...tried] : []),
      `To mend: ${this.mend}`,
    ].join('\n');
  }
}

/** What an unknown thrown value says. Not by `instanceof`: jest and the workflow sandbox have an `Error` of their own. */
export function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message);
}
