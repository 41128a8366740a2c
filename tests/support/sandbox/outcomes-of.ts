import { evaluate } from '../../../shared/core/expression/evaluate/evaluate';
import type { Expr } from '../../../shared/core/expression/ast';
import type { JsonObject } from '../../../shared/core/json';
import { scopeOf } from '../../../shared/core/expression/scope-of';

export interface Compiled {
  readonly expr: Expr;
  readonly vars: JsonObject;
}

/** What each evaluates to, as text that keeps what JSON loses (NaN, -0, undefined), or the code that it throws. */
export const outcomesOf = (expressions: readonly Compiled[]): string[] => expressions.map(outcomeOf);

function outcomeOf({ expr, vars }: Compiled): string {
  let drawn = 0;
  try {
    const value = evaluate(expr, scopeOf(vars, { random: () => (drawn += 0.001) }));
    if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
    return JSON.stringify(value) ?? 'undefined';
  } catch (error) {
    return `throws ${(error as { code?: string }).code ?? String(error)}`;
  }
}
