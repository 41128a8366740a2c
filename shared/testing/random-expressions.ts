/** Random expressions that the language describes, and the variables that they read. */
import fc from 'fast-check';
import type { JsonObject } from '../core/json';

export const vars: JsonObject = {
  a: 2,
  s: 'hello',
  l: [1, 'b', null],
  o: { k: { n: 1 } },
  d: '2023-03-31T17:07:23Z',
  t: '{{s}}',
};
const { expression } = fc.letrec<{ expression: string; unary: string; sum: string; factor: string }>((tie) => ({
  factor: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('1', '0', '2.5', '-1', '"x"', '{{a}}', '{{s}}', '{{l[1]}}', '{{o.k}}', '{{missing}}', '{{l}}'),
    tie('expression').map((e) => `(${e})`),
    tie('sum').map((e) => `isArray(${e})`),
    tie('sum').map((e) => `json(json(${e}))`),
    fc.tuple(tie('sum'), tie('sum')).map(([a, b]) => `slice(${a}, ${b})`),
    tie('sum').map((e) => `date(${e}).year`),
    fc.constant('rand()'),
  ),
  sum: fc.oneof(
    { depthSize: 'small' },
    tie('factor'),
    fc.tuple(tie('sum'), fc.constantFrom('+', ' - ', ' * ', '/', ' % '), tie('factor')).map((p) => p.join('')),
  ),
  unary: fc.oneof(
    { depthSize: 'small' },
    tie('sum'),
    fc.constantFrom('word', 'true', 'null', 'undefined'),
    tie('unary').map((e) => `!${e}`),
    tie('expression').map((e) => `{% ${e} %}`),
  ),
  expression: fc.oneof(
    { depthSize: 'small' },
    tie('unary'),
    tie('unary').map((e) => `${e} exists`),
    fc
      .tuple(
        tie('unary'),
        fc.constantFrom('and', 'OR', '==', '===', '!=', 'not equals', '<', '>=', 'in', 'not in', 'matches'),
        tie('expression'),
      )
      .map((p) => p.join(' ')),
  ),
}));

/** Texts that the grammar accepts, but for two quoted texts beside each other and what is longer than the limits. */
export const expressions: fc.Arbitrary<string> = expression;
