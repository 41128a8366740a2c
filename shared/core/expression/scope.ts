import type { Value } from './ast';

/** All that an expression can see. The machine gives one per step; nothing here may depend on the process. */
export interface Scope {
  /** The value of a path's first segment; undefined when there is no such variable. Own names only: no `constructor`. */
  lookup(root: string): Value;
  /** The next number of the run's own generator, in [0, 1). */
  random(): number;
  /** Language of `date(v, format)`; `en` by default. */
  readonly locale: string;
  /** Time zone of `date(v, format)`; `Europe/Paris` by default. */
  readonly timeZone: string;
}
