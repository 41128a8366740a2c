import { factsOf, fail, isPlatformError } from '../errors/errors';
import type { Expr } from '../expression/ast';
import { compilePath } from '../expression/parse/compile-path';
import { compileTemplate, type TemplateProblem } from '../expression/parse/compile-template';
import { parseExpression } from '../expression/parse/parse-expression';
import type { PathTemplate, Raise, Template } from '../expression/template';
import type { Json } from '../json';
import { isText, pathOf, toJson, type DocNode } from './document-node';
import { placeInside } from './place-inside';
import type { Reporter } from './reporter';
import type { Span } from './source-text';

type PlacedText = Span & { readonly value: string };

/** Any value of the document -> template; mistakes are reported at their very place inside the texts. */
export function templateOf(node: DocNode, reporter: Reporter): Template {
  if (isText(node)) return textTemplate(node, reporter);
  if (node.kind === 'scalar') return { t: 'lit', v: node.value };
  if (node.kind === 'list') {
    const i = node.items.map((item) => templateOf(item, reporter));
    return node.items.every((item, at) => isAsWritten(item, i[at])) ? { t: 'lit', v: toJson(node) } : { t: 'list', i };
  }
  const e = node.entries.map(({ key, value }) => [key, templateOf(value, reporter)] as const);
  const asWritten = node.entries.every(({ value }, at) => isAsWritten(value, e[at]?.[1]));
  // A constant's keys are sorted in the digest, but their order shows in answers and loops: another order, another op.
  const sorted = node.entries.every(({ key }, at) => at === 0 || (node.entries[at - 1]?.key ?? '') <= key);
  return asWritten && sorted ? { t: 'lit', v: toJson(node) } : { t: 'object', e };
}

/** A constant, but no `{% true %}`: that one must not end up inside a constant as text. */
const isAsWritten = (node: DocNode, template: Template | undefined): boolean =>
  template?.t === 'lit' && (node.kind !== 'scalar' || template.v === node.value);

function textTemplate(node: DocNode & PlacedText, reporter: Reporter): Template {
  if (!node.value.includes('{')) return { t: 'lit', v: node.value };
  return compileTemplate(node.value, (problem) => reportProblem(problem, node, pathOf(node), reporter));
}

/** A variable's name, templates allowed. A malformed one is reported and raises when the run gets there. */
export function pathTemplateOf(node: DocNode & PlacedText, reporter: Reporter): PathTemplate {
  return compilePath(node.value, (problem) => {
    // Problems of a plain name all have offset 0: the whole name is shown then.
    if (node.value.includes('{')) reportProblem(problem, node, pathOf(node), reporter);
    else reporter.report('PATH_INVALID', node, problem.message);
  });
}

function reportProblem(problem: TemplateProblem, text: PlacedText, path: string, reporter: Reporter): void {
  const code = problem.code === 'InvalidExpressionSyntax' ? 'EXPRESSION_INVALID' : 'TEMPLATE_INVALID';
  const span = placeInside(reporter.source, text, problem.offset);
  reporter.report(code, { span, path }, problem.message, hintFor(problem.message, text.value));
}

/** A key of `conditions`. One that cannot be parsed raises when it is tested. */
export function conditionOf(text: PlacedText, path: string, reporter: Reporter): Expr | Raise {
  try {
    return parseExpression(text.value);
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    const details = factsOf(error.details);
    const { position } = details;
    const span = placeInside(reporter.source, text, typeof position === 'number' ? position : 0);
    reporter.report('EXPRESSION_INVALID', { span, path }, error.message, hintFor(error.message, text.value));
    const { code } = fail('InvalidExpressionSyntax', '');
    return {
      t: 'raise',
      error: { code: code as 'InvalidExpressionSyntax', message: error.message, details },
    };
  }
}

function hintFor(message: string, text: string): string | undefined {
  if (/^Unexpected/.test(message) && /(^|\s)not\s*\(/i.test(text)) return '`not (…)` is written `!(…)`';
  if (/^Unexpected/.test(message) && /[^\s=!<>](==|!=|<=|>=|<|>)|(==|!=|<=|>=|<|>)[^\s=]/.test(text))
    return 'comparisons need a blank on both sides';
  return undefined;
}

/** The value as JSON, for details of errors. */
export const jsonOf = (node: DocNode | undefined): Json => (node === undefined ? null : toJson(node));
