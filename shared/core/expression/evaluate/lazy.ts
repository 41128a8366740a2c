/**
 * The heavy parts of evaluation. The workflow sandbox evaluates a module for each run that imports it, and most runs
 * neither format a date nor match a pattern: re2js alone costs several milliseconds (bench/evaluate). So they are
 * required when first used. `require` with a literal is what webpack resolves when it builds the bundle.
 */
import type * as dates from './format-date';
import type * as regex from './regex';

declare function require(id: string): unknown;

export const load = {
  regex: () => require('./regex') as typeof regex,
  dates: () => require('./format-date') as typeof dates,
};
