import type { Binary, DynamicVar, Expr, Segment, Value } from '../ast';
import type { Scope } from '../scope';
import { callFunction } from './call-function';
import { add, compare, looselyEqual, toJsText, toNumber, toText } from './coerce';
import { isIn } from './membership';
import { matches, matchesRegexLiteral } from './matches';
import { step, walk } from './walk';

/**
 * The value of an expression. Both sides of `and` and `or` are always evaluated: an error on either side surfaces.
 * @returns JSON, ∅, or NaN and Infinity; lists and objects are those of the scope and the program: copy before changing
 * @throws InvalidExpressionSyntax for bad function arguments and bad patterns
 * Cost: one switch a node, no allocation for numbers and comparisons (bench/evaluate).
 */
export function evaluate(e: Expr, scope: Scope): Value {
  switch (e.t) {
    case 'lit':
      return e.v;
    case 'var':
      return walk(scope.lookup(e.p[0] as string), e.p, 1);
    case 'undefined':
      return undefined;
    case 'dyn':
      return lookUp(e, scope);
    case '!':
      return !evaluate(e.e, scope);
    case 'exists':
      return isThere(evaluate(e.e, scope));
    case 'not exists':
      return !isThere(evaluate(e.e, scope));
    case 'call':
      return callFunction(
        e.f,
        e.a.map((argument) => evaluate(argument, scope)),
        e.k,
        scope,
      );
    case 'regex': {
      const text = toJsText(evaluate(e.l, scope));
      const pattern = e.p.map((part) => (typeof part === 'string' ? part : toText(evaluate(part, scope)))).join('');
      return matchesRegexLiteral(text, pattern) !== (e.not === true);
    }
    default: {
      const l = evaluate(e.l, scope);
      const r = evaluate(e.r, scope);
      return isContainer(l) && isContainer(r) ? operateOnContainers(e, l, r) : operate(e.t, l, r);
    }
  }
}

const isContainer = (v: Value): boolean => typeof v === 'object' && v !== null;

/**
 * Two lists or objects. They are equal when they are one: the same variable on both sides, which the expression says.
 * Whether JavaScript happens to share them is no answer: values are shared within a turn, and copies after the state has
 * been stored.
 */
function operateOnContainers(e: Binary, l: Value, r: Value): Value {
  switch (e.t) {
    case '==':
    case '===':
      return isSameVariable(e);
    case '!==':
    case 'not equals':
      return !isSameVariable(e);
    case 'in':
      return !Array.isArray(r) && isIn(l, r);
    case 'not in':
      return Array.isArray(r) || !isIn(l, r);
    default:
      return operate(e.t, l, r);
  }
}

const isSameVariable = ({ l, r }: Binary): boolean =>
  l.t === 'var' && r.t === 'var' && l.p.length === r.p.length && l.p.every((segment, i) => segment === r.p[i]);

function operate(op: Binary['t'], l: Value, r: Value): Value {
  switch (op) {
    case '+':
      return typeof l === 'number' && typeof r === 'number' ? l + r : add(l, r);
    case '-':
      return toNumber(l) - toNumber(r);
    case '*':
      return toNumber(l) * toNumber(r);
    case '/':
      return toNumber(l) / toNumber(r);
    case '%':
      return toNumber(l) % toNumber(r);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(op, l, r);
    case '==':
      return looselyEqual(l, r);
    case 'not equals':
      return !looselyEqual(l, r);
    case '===':
      return l === r;
    case '!==':
      return l !== r;
    case 'in':
      return isIn(l, r);
    case 'not in':
      return !isIn(l, r);
    case 'matches':
      return matches(l, r);
    case 'not matches':
      return !matches(l, r);
    case 'and':
      return l && r;
    case 'or':
      return l || r;
  }
}

const isThere = (v: Value): boolean => v !== undefined && v !== null;

/** All keys are evaluated, also behind a missing part, so that an error never depends on the data. */
function lookUp({ p }: DynamicVar, scope: Scope): Value {
  let at = scope.lookup(p[0] as string);
  for (let i = 1; i < p.length; i++) {
    const part = p[i] as Segment | Expr;
    const key = typeof part === 'object' ? evaluate(part, scope) : part;
    at = key === undefined || key === null ? undefined : step(at, typeof key === 'number' ? key : toJsText(key));
  }
  return at;
}
