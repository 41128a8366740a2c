/**
 * Text with templates -> plain pieces and templates, innermost first. Blocks are found before variables. `{{` opens a
 * variable; `}}` closes the last open one, unless a brace that belongs to nothing stands between: then it is text.
 */
import { findBlocks } from './find-blocks';

/** A `{{…}}`, whose content may hold others; or a `{%…%}`, whose content is an expression. */
export interface Hole {
  readonly kind: 'variable' | 'block';
  readonly content: readonly Piece[];
  /** Offsets of the whole hole in the text. */
  readonly start: number;
  readonly end: number;
}
export type Piece = string | Hole;

/** @param blocks  false: `{% %}` is text, as in a workspace's config */
export function splitText(text: string, blocks = true): readonly Piece[] {
  if (!text.includes('{{') && !text.includes('{%')) return text === '' ? [] : [text];
  const splitter = new Splitter(text);
  let at = 0;
  for (const { start, end } of blocks ? findBlocks(text) : []) {
    splitter.variables(at, start);
    splitter.block(start, end);
    at = end;
  }
  splitter.variables(at, text.length);
  return splitter.pieces;
}

class Splitter {
  readonly pieces: Piece[] = [];
  /** Open `{{`, the innermost last: where each stands in `pieces` and in the text. */
  private open: { piece: number; start: number }[] = [];

  constructor(private readonly text: string) {}

  block(start: number, end: number): void {
    const content = [this.text.slice(start + 2, end - 2)];
    this.pieces.push({ kind: 'block', content, start, end });
  }

  variables(from: number, to: number): void {
    const runs = /\{+|\}+|[^{}]+/g;
    runs.lastIndex = from;
    while (runs.lastIndex < to) {
      const start = runs.lastIndex;
      const run = (runs.exec(this.text)?.[0] ?? '').slice(0, to - start);
      if (run[0] === '{') this.opening(run.length, start);
      else if (run[0] === '}') this.closing(run.length, start);
      else this.pieces.push(run);
      runs.lastIndex = start + run.length;
    }
  }

  /** Pairs are taken from the right: in `{{{s}}}` the outer braces are text. */
  private opening(length: number, start: number): void {
    if (length % 2 === 1) this.loneBrace('{');
    for (let at = start + (length % 2); at < start + length; at += 2) {
      this.open.push({ piece: this.pieces.length, start: at });
      this.pieces.push('{{');
    }
  }

  private closing(length: number, start: number): void {
    for (let at = start; at < start + length;) {
      const opened = at + 1 < start + length ? this.open.pop() : undefined;
      if (opened === undefined) {
        this.loneBrace('}');
        at++;
        continue;
      }
      const content = this.pieces.splice(opened.piece).slice(1);
      at += 2;
      this.pieces.push({ kind: 'variable', content, start: opened.start, end: at });
    }
  }

  /** What was open before it can no longer close. */
  private loneBrace(brace: string): void {
    this.open = [];
    this.pieces.push(brace);
  }
}
