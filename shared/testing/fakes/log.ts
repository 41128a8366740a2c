import type { Log } from '../../ports/log';

export interface LogLine {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: { readonly [name: string]: unknown };
}

/** A log that keeps its lines. */
export function fakeLog(lines: LogLine[] = [], base: object = {}): Log & { readonly lines: readonly LogLine[] } {
  const at = (level: LogLine['level']) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: { ...base, ...fields } });
  return {
    lines,
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => fakeLog(lines, { ...base, ...fields }),
  };
}
