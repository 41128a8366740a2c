/**
 * Evaluation inside a bare context, as a workflow has it: ECMAScript alone, no globals of Node. All expressions of the
 * tables give there what they give here, and none of the parser is loaded.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import vm from 'node:vm';
import { parse } from 'yaml';
import type { JsonObject } from '../../json';
import type { Expr } from '../ast';
import { parseExpression } from '../parse/parse-expression';
import { scopeOf } from '../scope-of';
import { evaluate } from './evaluate';

const root = join(__dirname, '../../../..');
const built = join(root, 'dist/shared/core/expression/evaluate/');

/** Loads CommonJS files into the context. @returns what to load with, and the files loaded so far */
function bareContext(): { load(file: string): Record<string, unknown>; loaded: Map<string, { exports: object }> } {
  const context = vm.createContext({});
  vm.runInContext('delete globalThis.WeakRef; delete globalThis.FinalizationRegistry', context);
  const loaded = new Map<string, { exports: object }>();
  const load = (file: string): Record<string, unknown> => {
    const module = loaded.get(file) ?? { exports: {} };
    if (!loaded.has(file)) {
      loaded.set(file, module);
      const { resolve } = createRequire(file);
      const code = `(function (module, exports, require) {${readFileSync(file, 'utf8')}\n})`;
      vm.runInContext(code, context, { filename: file })(module, module.exports, (id: string) => load(resolve(id)));
    }
    return module.exports as Record<string, unknown>;
  };
  return { load, loaded };
}

interface Tables {
  readonly vars?: JsonObject;
  readonly cases: readonly { readonly name: string; readonly expr: string; readonly vars?: JsonObject }[];
}
const tables: Tables[] = readdirSync(join(root, 'tests/expression')).map((name) =>
  parse(readFileSync(join(root, 'tests/expression', name), 'utf8')),
);

/** As text, because the objects of a context have prototypes of their own. */
function outcome(run: typeof evaluate, e: Expr, vars: JsonObject): string {
  try {
    const value = run(e, scopeOf(vars));
    return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'undefined');
  } catch (error) {
    return `throws ${(error as { code?: string }).code ?? String(error)}`;
  }
}

function compiled(expr: string): Expr | undefined {
  try {
    return parseExpression(expr);
  } catch {
    return undefined;
  }
}

it('loads neither the parser nor, before they are used, dates and patterns', () => {
  if (!existsSync(built)) throw new Error('Build first: node scripts/build.mjs');
  const { load, loaded } = bareContext();
  for (const name of ['evaluate', 'render', 'resolve-path']) load(join(built, `${name}.js`));
  expect([...loaded.keys()].filter((file) => /node_modules|parse\/|regex|format-date|load-locale/.test(file))).toEqual(
    [],
  );
});

it('gives the same values without the globals of Node', () => {
  const { load } = bareContext();
  const inContext = load(join(built, 'evaluate.js')).evaluate as typeof evaluate;
  let compared = 0;
  for (const { vars, cases } of tables)
    for (const one of cases) {
      const e = compiled(one.expr);
      if (e === undefined) continue;
      const all = { ...vars, ...one.vars };
      expect([one.name, outcome(inContext, e, all)]).toEqual([one.name, outcome(evaluate, e, all)]);
      compared++;
    }
  expect(compared).toBeGreaterThan(500);
});
