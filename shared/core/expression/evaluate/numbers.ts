import type { Value } from '../ast';
import type { Scope } from '../scope';
import { argumentError } from './expression-error';

type Rounding = (args: readonly Value[]) => number;

/** `round(n, d = 0)`: to d decimals; a negative d gives tens and hundreds. @throws InvalidExpressionSyntax unless numbers */
export const round: Rounding = (args) => scaled('round', Math.round, args);
export const floor: Rounding = (args) => scaled('floor', Math.floor, args);
export const ceil: Rounding = (args) => scaled('ceil', Math.ceil, args);

function scaled(name: string, rounding: (n: number) => number, [n, digits = 0]: readonly Value[]): number {
  if (typeof n !== 'number') throw argumentError(name, 'a number', n);
  if (typeof digits !== 'number') throw argumentError(name, 'a number of digits', digits);
  const scale = 10 ** Math.abs(digits);
  const rounded = digits < 0 ? rounding(n / scale) * scale : rounding(n * scale) / scale;
  return rounded + 0; // -0 becomes 0
}

/** `rand()` in [0,1); `rand(min, max)` a whole step from min, below max. Draws from the run's own generator. */
export function rand(args: readonly Value[], scope: Scope): number {
  const draw = scope.random();
  if (args.length === 0) return draw;
  const [min, max] = args;
  if (typeof min !== 'number') throw argumentError('rand', 'a number', min);
  if (typeof max !== 'number') throw argumentError('rand', 'two numbers or none', max);
  return Math.floor(draw * (max - min) + min);
}
