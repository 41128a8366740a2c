/**
 * The shape that a compiled expression has inside a program: plain JSON, no functions, one letter for what repeats. Programs sleep for weeks in the run's history, so a node never changes meaning: a new behaviour is a
 * new node.
 */
import type { Json } from '../json';

export type { Value } from '../json';
export type { PathTemplate, Template } from './template';

/** One step into a value: a key, or an index of a list or text. */
export type Segment = string | number;

/** A constant. */
export interface Lit {
  readonly t: 'lit';
  readonly v: Json;
}
/** The word `undefined`, which JSON has no constant for. */
export interface Undefined {
  readonly t: 'undefined';
}
/** A variable whose path is known: `{{a.b[0]}}` is p ['a','b',0]; the first segment is always text. */
export interface Var {
  readonly t: 'var';
  readonly p: readonly Segment[];
}
/** A variable of an expression with calculated keys: `{{l[{{i}}]}}`. A key is used as it is, never read as a path. */
export interface DynamicVar {
  readonly t: 'dyn';
  readonly p: readonly (Segment | Expr)[];
}
export type BinaryOperator =
  | '+' | '-' | '*' | '/' | '%'
  | '<' | '<=' | '>' | '>='
  | '==' | '===' | '!==' | 'not equals'
  | 'in' | 'not in' | 'matches' | 'not matches'
  | 'and' | 'or'; // prettier-ignore
export interface Binary {
  readonly t: BinaryOperator;
  readonly l: Expr;
  readonly r: Expr;
}
/** Postfix or prefix: `exists`, `not exists`, `!`. */
export interface Unary {
  readonly t: '!' | 'exists' | 'not exists';
  readonly e: Expr;
}
/** `… matches regex(…)`: a pattern, or /pattern/flags, of texts and variables. */
export interface RegexTest {
  readonly t: 'regex';
  readonly l: Expr;
  readonly p: readonly (string | Expr)[];
  readonly not?: true;
}
/** `f(a, …).field`. */
export interface Call {
  readonly t: 'call';
  readonly f: string;
  readonly a: readonly Expr[];
  readonly k?: string;
}
export type Expr = Lit | Undefined | Var | DynamicVar | Binary | Unary | RegexTest | Call;
