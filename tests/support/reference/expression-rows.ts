import type { Json, JsonObject } from '../../../shared/core/json';
import { parseExpression } from '../../../shared/core/expression/parse/parse-expression';
import { EXPRESSION_TABLES, tableCases, type TableCase } from '../case-tables';
import { code, json, table } from './markdown';

/** Numbered ones all stand there; others fill up to so many. */
const ENOUGH_ROWS = 8;
const MOST_ROWS = 24;

/** Examples of operators and functions, by their names: those that the tables of tests number, else the first ones. */
export function expressionRows(names: string): string {
  const wanted = names.split(' ').map((name) => name.replace(/_/g, ' '));
  const found = tableCases('expression').filter(({ is }) => usedIn(is['expr']).some((name) => wanted.includes(name)));
  // Short ones show one thing.
  const numbered = found.filter(({ spec }) => spec.length > 0);
  const others = found.filter(({ is, spec }) => spec.length === 0 && !is['error'] && String(is['expr']).length < 60);
  const rows = [...numbered.slice(0, MOST_ROWS), ...others.slice(0, Math.max(0, ENOUGH_ROWS - numbered.length))];
  if (rows.length === 0) throw new Error(`no case of tests/expression uses ${names}`);
  return rowsOf(rows, 'expr', 'Expression');
}

/** Examples of interpolation, by their number. */
export function templateRows(numbers: string): string {
  const [from = 0, to = from] = numbers.split('-').map(Number);
  const rows = EXPRESSION_TABLES.flatMap(tableCases).filter(
    ({ spec, is }) => 'template' in is && spec.some((number) => number >= from && number <= to),
  );
  if (rows.length === 0) throw new Error(`no case of a template has a number of ${numbers}`);
  return rowsOf(rows, 'template', 'Template');
}

const rowsOf = (cases: readonly TableCase[], field: 'expr' | 'template', head: string): string =>
  table(
    [head, 'With', 'Result'],
    cases.map(({ is, vars }) => [shown(is[field]), variablesOf(is, vars, is[field]), resultOf(is)]),
  );

const shown = (value: Json | undefined): string =>
  code(typeof value === 'string' ? value.replace(/\n/g, '⏎') : JSON.stringify(value));

function variablesOf(is: JsonObject, common: JsonObject, source: Json | undefined): string {
  const vars = Object.entries({ ...common, ...(is['vars'] as JsonObject | undefined) });
  const text = JSON.stringify(source);
  // As `{{name`, or as the path that `isArray(name)` takes.
  const named = vars.filter(([name]) => new RegExp(`(\\{\\{|\\()${name.replace(/[^\w-]/g, '.')}(?![\\w-])`).test(text));
  const values = named.map(([, value]) => value);
  return vars
    .filter((one) => named.includes(one) || values.includes(one[0]))
    .map(([name, value]) => code(`${name} = ${JSON.stringify(value)}`))
    .join(', ');
}

function resultOf(is: JsonObject): string {
  if (typeof is['error'] === 'string') return `[${is['error']}](error-examples.md#${is['error'].toLowerCase()})`;
  return is['undefined'] === true ? 'nothing' : json(is['value']);
}

/** Names of the operators and functions of an expression. */
function usedIn(text: Json | undefined): readonly string[] {
  if (typeof text !== 'string') return [];
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { t, f } = node as { t?: unknown; f?: unknown };
    if (t === 'call') found.push(String(f));
    else if (typeof t === 'string') found.push(t);
    Object.values(node).forEach(walk);
  };
  try {
    walk(parseExpression(text));
  } catch {
    return []; // A case of a mistake.
  }
  return found;
}
