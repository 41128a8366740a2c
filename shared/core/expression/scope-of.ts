import type { JsonObject } from '../json';
import type { Scope } from './scope';

/** A scope over plain variables, with the product's defaults: for tests, benchmarks and single evaluations. */
export const scopeOf = (vars: JsonObject, overrides: Partial<Scope> = {}): Scope => ({
  lookup: (root) => (Object.hasOwn(vars, root) ? vars[root] : undefined),
  random: () => 0.5,
  locale: 'en',
  timeZone: 'Europe/Paris',
  ...overrides,
});
