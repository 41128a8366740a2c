/** One problem in an author's file. Collected, never thrown; `code` is stable, see `docs/reference/diagnostics.md`. */
export interface Diagnostic {
  readonly code: string;
  /** `error` refuses a strict deploy; a `warning` never does. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Path of the file inside its workspace, such as `automations/hello.yml`. */
  readonly file: string;
  /** Place inside the document, such as `do[2].conditions`. */
  readonly path: string;
  /** 1-based; absent where the document as a whole is meant. */
  readonly line?: number;
  readonly col?: number;
  readonly endCol?: number;
  /** What to do about it. */
  readonly hint?: string;
}
