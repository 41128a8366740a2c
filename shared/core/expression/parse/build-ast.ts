/** What the grammar does with a finished rule: makes nodes. Also run for guesses that the parser drops: never throws. */
import type { BinaryOperator, Expr, Segment, Unary } from '../ast';
import { parsePath, toSegment } from '../evaluate/parse-path';
import { keywordOf, type Token } from './lexer';

/** Operands read so far, the newest outside. */
export interface Prefix {
  readonly prefix: Prefix | null;
  readonly left: Expr;
  readonly op: BinaryOperator;
}
/** Items read so far, the newest outside. */
export interface Parts<T> {
  readonly prefix: Parts<T> | null;
  readonly part: T;
}

/** Spellings that mean another operator. `!=` is strict, unlike `not equals`. */
const OPERATORS: { readonly [spelling: string]: string } = {
  '=': '==',
  equals: '==',
  '!=': '!==',
  '&&': 'and',
  '||': 'or',
};
export const operator = (token: Token): BinaryOperator => {
  const spelling = keywordOf(token.value);
  return (OPERATORS[spelling] ?? spelling) as BinaryOperator;
};

/** `a op (b op c)`. */
export function foldRight(prefix: Prefix | null, last: Expr): Expr {
  let e = last;
  for (let at = prefix; at !== null; at = at.prefix) e = { t: at.op, l: at.left, r: e };
  return e;
}

export const literal = (v: string | number | boolean | null): Expr => ({ t: 'lit', v });

export function constant(token: Token): Expr {
  const word = keywordOf(token.value);
  if (word === 'undefined') return { t: 'undefined' };
  return literal(word === 'null' ? null : word === 'true');
}

export const exists = (op: Token, e: Expr): Unary => ({ t: keywordOf(op.value) as Unary['t'], e });

export const arithmetic = (op: Token, l: Expr, r: Expr): Expr => ({ t: op.value as BinaryOperator, l, r });

export function regexTest(op: Token, l: Expr, parts: Parts<string | Expr> | null): Expr {
  const p = listOf(parts);
  return keywordOf(op.value) === 'matches' ? { t: 'regex', l, p } : { t: 'regex', l, p, not: true };
}

/** The argument of `isArray` and `isObject` may be the path of a variable, written as a text. */
export function call(name: Token, args: Parts<Expr> | null, field?: Token): Expr {
  const takesPath = name.value === 'isArray' || name.value === 'isObject';
  const a = takesPath ? listOf(args).map(readAsPath) : listOf(args);
  return field === undefined ? { t: 'call', f: name.value, a } : { t: 'call', f: name.value, a, k: field.value };
}

function readAsPath(e: Expr): Expr {
  if (e.t !== 'lit' || typeof e.v !== 'string') return e;
  const path = parsePath(e.v);
  return typeof path === 'string' ? e : { t: 'var', p: path };
}

export const key = (word: Token): Segment => toSegment(word.value);

/** Keys that are constants become part of the path. */
export function variable(root: Token, segments: Parts<Segment | Expr> | null): Expr {
  const p = [root.value, ...listOf(segments).map(foldKey)];
  return p.every(isSegment) ? { t: 'var', p } : { t: 'dyn', p };
}

const foldKey = (part: Segment | Expr): Segment | Expr => {
  if (typeof part !== 'object' || part.t !== 'lit') return part;
  return typeof part.v === 'number' || typeof part.v === 'string' ? part.v : String(part.v);
};
const isSegment = (part: Segment | Expr): part is Segment => typeof part !== 'object';

function listOf<T>(parts: Parts<T> | null): T[] {
  const list: T[] = [];
  for (let at = parts; at !== null; at = at.prefix) list.push(at.part);
  return list.reverse();
}
