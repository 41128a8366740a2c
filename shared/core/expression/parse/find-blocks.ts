/** Where the `{% … %}` blocks of a text are. Outermost only; a block that is never closed is text. */
import { rawTokens } from './lexer';

export interface Span {
  /** Of the `{%`. */
  readonly start: number;
  /** Just behind the `%}`. */
  readonly end: number;
}

/** The lexer knows that a `%}` in quotes closes nothing. After so many openings that it read in vain, it is not asked. */
const MAX_VAIN_READINGS = 20;

export function findBlocks(text: string): readonly Span[] {
  if (!text.includes('{%')) return [];
  const paired = pairBrackets(text);
  const spans: Span[] = [];
  let vain = 0;
  for (let start = text.indexOf('{%'); start >= 0;) {
    const read = vain < MAX_VAIN_READINGS ? endByTokens(text, start) : undefined;
    if (read === undefined) vain++;
    const end = read ?? paired.get(start);
    if (end !== undefined) spans.push({ start, end });
    start = text.indexOf('{%', end ?? start + 2);
  }
  return spans;
}

/** @returns undefined when the tokens give no end: the expression is bad, or never closed */
function endByTokens(text: string, start: number): number | undefined {
  let open = 0;
  for (const { type, offset } of rawTokens(text.slice(start))) {
    if (type === 'blockOpen') open++;
    else if (type === 'blockClose' && --open === 0) return start + offset + 2;
  }
  return undefined;
}

/** The plain reading: each `%}` closes the last open `{%`. */
function pairBrackets(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: bracket, index } of text.matchAll(/\{%|%\}/g)) {
    if (bracket === '{%') open.push(index);
    else {
      const start = open.pop();
      if (start !== undefined) ends.set(start, index + 2);
    }
  }
  return ends;
}
