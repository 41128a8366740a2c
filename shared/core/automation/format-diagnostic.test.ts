import type { Diagnostic } from './diagnostic';
import { formatDiagnostic } from './format-diagnostic';

const at = (line: number, col: number, endCol: number): Diagnostic => ({
  code: 'FIELD_TYPE', severity: 'error', message: 'no', file: 'automations/a.yml', path: 'name', line, col, endCol, hint: 'do it',
}); // prettier-ignore

describe('formatDiagnostic', () => {
  it('shows place, line, caret and hint', () => {
    expect(formatDiagnostic(at(2, 7, 10), 'x\nname: foo\n')).toBe(
      'automations/a.yml:2:7 error FIELD_TYPE no\n2 | name: foo\n  |       ^^^\n  hint: do it',
    );
  });

  it('does without a text, and without a place', () => {
    expect(formatDiagnostic(at(2, 7, 10))).toBe('automations/a.yml:2:7 error FIELD_TYPE no\n  hint: do it');
    const { line, col, endCol, hint, ...whole } = at(1, 1, 2);
    expect([line, col, endCol, hint]).toHaveLength(4);
    expect(formatDiagnostic(whole, 'x')).toBe('automations/a.yml error FIELD_TYPE no');
  });

  it('keeps the caret below its character after tabs and wide letters', () => {
    const caret = (text: string, col: number) => formatDiagnostic(at(1, col, col + 1), text).split('\n')[2];
    expect(caret('\t\tab', 3)).toBe('  |   ^');
    expect(caret('漢字 x', 4)).toBe('  |      ^');
    expect(caret('😀x', 3)).toBe('  |   ^');
  });

  it('cuts a long line to a window around the mistake', () => {
    const text = `${'a'.repeat(500)}MISTAKE${'b'.repeat(500)}`;
    const [, shown = '', caret = ''] = formatDiagnostic(at(1, 501, 508), text, { width: 60 }).split('\n');
    expect(shown.length).toBeLessThanOrEqual(64);
    expect(shown.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('MISTAKE');
  });

  it('never sends control characters of the file to the terminal', () => {
    const shown = formatDiagnostic({ ...at(1, 1, 2), message: 'a\u001b[31m' }, 'x\u001b[2J');
    expect(shown).not.toContain('\u001b');
  });

  it('colours on demand', () => {
    expect(formatDiagnostic(at(1, 1, 2), 'x', { colours: true })).toContain('\u001b[31merror');
  });
});
