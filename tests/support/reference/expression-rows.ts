import type { Json, JsonObject } from '../../../shared/core/json';
import { parseExpression } from '../../../shared/core/expression/parse/parse-expression';
import { EXPRESSION_TABLES, tableCases, type TableCase } from '../case-tables';
import { code, json, table } from './markdown';

const MOST_ROWS = 10;

/** Examples of operators and functions, by their names: those that the tables of tests number, else the first ones. */
export function expressionRows(names: string): string {
  const wanted = names.split(' ').map((name) => name.replace(/_/g, ' '));
  const found = tableCases('expression').filter(({ is }) => usedIn(is['expr']).some((name) => wanted.includes(name)));
  // Short ones show one thing.
  const chosen = [
    ...found.filter(({ shows }) => shows.some((name) => wanted.includes(name))),
    ...found.filter(({ spec }) => spec.length > 0),
    ...found.filter(({ is }) => is['error'] === undefined && String(is['expr']).length < 60),
  ];
  const rows = [...new Set(chosen)].slice(0, MOST_ROWS);
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
  const vars = { ...common, ...(is['vars'] as JsonObject | undefined) };
  const text = JSON.stringify(source);
  return Object.entries(vars)
    .filter(([name]) => new RegExp(`(?<![\\w-])${name.replace(/[^\w-]/g, '.')}(?![\\w-])`).test(text))
    .map(([name, value]) => code(`${name} = ${JSON.stringify(value)}`))
    .join(', ');
}

function resultOf(is: JsonObject): string {
  if (typeof is['error'] === 'string') return `[${is['error']}](errors.md#${is['error'].toLowerCase()})`;
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
