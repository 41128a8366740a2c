import { factsOf, isPlatformError } from '../../errors/errors';
import type { Json } from '../../json';
import type { Expr, Segment } from '../ast';
import type { Raise, Template } from '../template';
import { parsePath } from '../evaluate/parse-path';
import { parseExpression } from './parse-expression';
import { splitText, type Hole, type Piece } from './split-text';

/** Something wrong in a template. */
export interface TemplateProblem {
  readonly code: Raise['error']['code'];
  readonly message: string;
  /** Of the text inside the value: keys and indexes. */
  readonly path: readonly Segment[];
  /** Of the mistake in that text, in characters. */
  readonly offset: number;
}
export type ReportProblem = (problem: TemplateProblem) => void;

/**
 * JSON with templates in its texts -> template. Object keys are never templates.
 * @param value  lists and objects are kept, not copied, where nothing in them is a template
 * @param report called for each mistake; the template throws it when the run comes to that place
 */
export function compileTemplate(value: unknown, report?: ReportProblem, path: readonly Segment[] = []): Template {
  if (typeof value === 'string') return compileText(value, (problem) => report?.({ ...problem, path }));
  if (typeof value !== 'object' || value === null) return { t: 'lit', v: value as Json };
  if (Array.isArray(value)) {
    const i = value.map((item, index) => compileTemplate(item, report, [...path, index]));
    return i.every((item, index) => isSame(item, value[index])) ? { t: 'lit', v: value as Json } : { t: 'list', i };
  }
  const entries: [string, unknown][] = Object.entries(value);
  const e = entries.map(([key, item]) => [key, compileTemplate(item, report, [...path, key])] as const);
  return e.every(([, item], index) => isSame(item, entries[index]?.[1]))
    ? { t: 'lit', v: value as Json }
    : { t: 'object', e };
}

/** Not only a constant (`{% true %}` is one), but the very one that was written. */
const isSame = (t: Template, written: unknown): boolean => t.t === 'lit' && t.v === written;

type Report = (problem: Omit<TemplateProblem, 'path'>) => void;

function compileText(text: string, report: Report): Template {
  const parts = compileParts(splitText(text), report);
  const [only] = parts;
  if (only === undefined) return { t: 'lit', v: '' };
  if (parts.length > 1) return { t: 'text', p: parts };
  return typeof only === 'string' ? { t: 'lit', v: only } : only;
}

/** Pieces -> texts (neighbours joined) and templates. */
export function compileParts(pieces: readonly Piece[], report: Report): readonly (string | Template)[] {
  const parts: (string | Template)[] = [];
  for (const piece of pieces) {
    const last = parts.length - 1;
    if (typeof piece === 'object')
      parts.push(piece.kind === 'block' ? compileBlock(piece, report) : compileVariable(piece, report));
    else if (typeof parts[last] === 'string') parts[last] += piece;
    else parts.push(piece);
  }
  return parts;
}

function compileBlock({ content: [text], start }: Hole, report: Report): Template {
  let e: Expr;
  try {
    e = parseExpression(String(text));
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    const details = factsOf(error.details);
    const { position } = details;
    const offset = start + 2 + (typeof position === 'number' ? position : 0);
    report({ code: 'InvalidExpressionSyntax', message: error.message, offset });
    return { t: 'raise', error: { code: 'InvalidExpressionSyntax', message: error.message, details } };
  }
  return e.t === 'lit' || e.t === 'var' ? e : { t: 'expr', e };
}

function compileVariable({ content, start }: Hole, report: Report): Template {
  const p = compileParts(content, report);
  const [name = ''] = p;
  if (p.length > 1 || typeof name === 'object') return { t: 'path', p };
  const path = parsePath(name);
  return typeof path === 'string' ? invalidName(name, path, start, report) : { t: 'var', p: path };
}

/** Reports a malformed path and gives the node that throws it. */
export function invalidName(name: string, problem: string, offset: number, report: Report): Raise {
  const message = `Invalid variable name: ${problem}`;
  report({ code: 'InvalidVariableNameError', message, offset });
  return { t: 'raise', error: { code: 'InvalidVariableNameError', message, details: { name } } };
}
