import type { ScalarNode } from './document-node';
import { lineOf, positionOf, type SourceText, type Span } from './source-text';

/**
 * Where a character of a text stands in the file. Exact for plain texts, quoted ones without escapes and block texts;
 * the whole text where folding or escapes hide it.
 */
export function placeInside(source: SourceText, scalar: Span & { readonly value: string }, offset: number): Span {
  const { value, start, end } = scalar;
  const raw = source.text.slice(start, end);
  const length = Math.max(
    1,
    /^(\w+|\{\{[^{}]*\}\}|\{%.*?%\})/.exec(value.slice(offset, offset + 100))?.[0].length ?? 1,
  );
  const direct = raw.indexOf(value);
  if (direct !== -1) return spanAt(Math.min(start + direct + offset, Math.max(start, end - 1)), length, source);
  const inLine = findLine(raw, value, offset);
  return inLine === null ? { start, end } : spanAt(start + inLine, length, source);
}

/** Follows the lines of a block text, whose indentation is not part of the value. */
function findLine(raw: string, value: string, offset: number): number | null {
  let at = 0;
  let valueAt = 0;
  for (const line of value.split('\n')) {
    const found = raw.indexOf(line, at);
    if (found === -1) return null;
    if (offset <= valueAt + line.length) return found + offset - valueAt;
    at = found + line.length;
    valueAt += line.length + 1;
  }
  return null;
}

/** Keeps to one line, and to a character that is there. */
function spanAt(start: number, length: number, source: SourceText): Span {
  const { line, col } = positionOf(source, start);
  const room = lineOf(source, line).length - (col - 1);
  return { start, end: start + Math.max(1, Math.min(length, room)) };
}

/** A mapping's key as a text with a place. */
export const keyText = (key: string, span: Span): Span & Pick<ScalarNode, 'kind'> & { readonly value: string } => ({
  kind: 'scalar',
  value: key,
  start: span.start,
  end: span.end,
});
