import type { Diagnostic } from './diagnostic';
import { diagnosticCodes, type DiagnosticCode } from './diagnostic-codes';
import { pathOf, spanOf, type DocNode } from './document-node';
import { positionOf, type SourceText, type Span } from './source-text';

/** A place to report at: a value, or some characters and the path they belong to. */
export type Where = DocNode | { readonly span: Span | null; readonly path: string };

/** Collects the problems of one file. */
export interface Reporter {
  readonly file: string;
  readonly source: SourceText;
  readonly diagnostics: Diagnostic[];
  report(code: DiagnosticCode, where: Where, message: string, hint?: string): void;
}

export function createReporter(file: string, source: SourceText): Reporter {
  const diagnostics: Diagnostic[] = [];
  // An alias makes one written value appear many times; the problem is told once.
  const seen = new Set<string>();
  return {
    file,
    source,
    diagnostics,
    report(code, where, message, hint) {
      const span = 'kind' in where ? spanOf(where) : where.span;
      const key = `${code} ${span?.start} ${span?.end} ${message}`;
      if (seen.has(key)) return;
      seen.add(key);
      diagnostics.push({
        code,
        severity: diagnosticCodes[code].severity,
        message,
        file,
        path: 'kind' in where ? pathOf(where) : where.path,
        ...(span && placeOf(source, span)),
        ...(hint !== undefined && { hint }),
      });
    },
  };
}

/** One line only: what goes on below is marked to the end of its first line. */
export function placeOf(source: SourceText, span: Span): { line: number; col: number; endCol: number } {
  const { line, col } = positionOf(source, span.start);
  const next = source.lineStarts[line];
  let end = Math.min(span.end, next === undefined ? source.text.length : next - 1);
  while (end > span.start && /\s/.test(source.text.charAt(end - 1))) end--;
  return { line, col, endCol: Math.max(col + 1, col + end - span.start) };
}

/** In the order of the text; what has no place comes first. */
export const byPlace = (a: Diagnostic, b: Diagnostic): number =>
  (a.line ?? 0) - (b.line ?? 0) || (a.col ?? 0) - (b.col ?? 0);
