/** The shape that a compiled template has inside a program: plain JSON, as in `ast.ts`. */
import type { JsonObject } from '../json';
import type { Expr, Lit, Segment, Var } from './ast';

/** A documented error waiting at the place that the author got wrong: thrown when the run comes there. */
export interface Raise {
  readonly t: 'raise';
  readonly error: {
    readonly code: 'InvalidExpressionSyntax' | 'InvalidVariableNameError';
    readonly message: string;
    readonly details: JsonObject;
  };
}
/** `{% … %}` alone: the typed value of an expression. */
export interface Block {
  readonly t: 'expr';
  readonly e: Expr;
}
/** A variable whose path text has templates in it: `{{o[{{k}}]}}` is p ['o[', {var k}, ']']. */
export interface PathText {
  readonly t: 'path';
  readonly p: readonly (string | Template)[];
}
/** Text around templates; always gives a text. */
export interface Text {
  readonly t: 'text';
  readonly p: readonly (string | Template)[];
}
export interface List {
  readonly t: 'list';
  readonly i: readonly Template[];
}
/** As pairs: a key such as `__proto__` is data like any other. */
export interface Obj {
  readonly t: 'object';
  readonly e: readonly (readonly [string, Template])[];
}
export type Template = Lit | Var | Block | PathText | Text | List | Obj | Raise;

/**
 * The target of `set`, `delete` and the `output` names: a path known now (`p`), an error (`raise`), or a path text that
 * the run makes (`d`, one part alone keeps its type, so a non-text name can be refused).
 */
export type PathTemplate =
  | { readonly t: 'at'; readonly p: readonly Segment[]; readonly push?: true }
  | { readonly t: 'dynamic'; readonly d: readonly (string | Template)[] }
  | Raise;
