import type { Diagnostic } from './diagnostic';
import { lineOf, sourceText } from './source-text';

export interface FormatOptions {
  readonly colours?: boolean;
  /** Columns of the terminal; longer lines are cut to a window around the mistake. */
  readonly width?: number;
}

const RED = '\u001b[31m';
const YELLOW = '\u001b[33m';
const BOLD = '\u001b[1m';
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';

/**
 * A diagnostic for a terminal: place, severity, code and message; the line itself; a caret below it; the hint.
 * @param text of the file, when it is at hand
 */
export function formatDiagnostic(diagnostic: Diagnostic, text?: string, options: FormatOptions = {}): string {
  const paint = (style: string, part: string): string => (options.colours ? `${style}${part}${RESET}` : part);
  const { file, line, col, endCol, severity, code, message, hint } = diagnostic;
  const place = line === undefined ? file : `${file}:${line}:${col ?? 1}`;
  const tone = severity === 'error' ? RED : YELLOW;
  const lines = [`${paint(BOLD, place)} ${paint(tone, severity)} ${paint(DIM, code)} ${visible(message)}`];
  if (text !== undefined && line !== undefined) {
    const written = lineOf(sourceText(text), line);
    const shown = cut(
      written,
      (col ?? 1) - 1,
      (endCol ?? (col ?? 1) + 1) - 1,
      (options.width ?? 100) - `${line} | `.length,
    );
    const gutter = ' '.repeat(`${line}`.length);
    lines.push(
      `${paint(DIM, `${line} |`)} ${shown.text}`,
      `${paint(DIM, `${gutter} |`)} ${shown.pad}${paint(tone, shown.carets)}`,
    );
  }
  if (hint !== undefined) lines.push(`  ${paint(DIM, 'hint:')} ${visible(hint)}`);
  return lines.join('\n');
}

/** A window of the line that holds the mistake; tabs become blanks so that the caret stands below its character. */
function cut(line: string, from: number, to: number, width: number): { text: string; pad: string; carets: string } {
  const room = Math.max(20, width);
  const start = line.length <= room || from < room - 10 ? 0 : from - Math.floor(room / 3);
  const end = Math.min(line.length, start + room);
  const before = start > 0 ? '…' : '';
  const after = end < line.length ? '…' : '';
  const flat = visible(line.slice(start, end));
  const pad = ' '.repeat(before.length) + blanks(visible(line.slice(start, from)));
  const marked = columns(visible(line.slice(from, Math.min(to, end))));
  return { text: before + flat + after, pad, carets: '^'.repeat(Math.max(1, marked)) };
}

/** Control characters would move the cursor, or worse: they come from a file that somebody else may have written. */
const visible = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');

const blanks = (text: string): string => ' '.repeat(columns(text));

/** Columns that a terminal gives the text: two for most East Asian characters and emoji, none for combining marks. */
function columns(text: string): number {
  let count = 0;
  for (const char of text) {
    if (/\p{Mn}|\p{Me}|\u200d|\ufe0f/u.test(char)) continue;
    count +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        char,
      )
        ? 2
        : 1;
  }
  return count;
}
