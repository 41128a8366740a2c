/** The tables of tests/expression and tests/interpolation, and properties that no table can show. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Json, JsonObject, Value } from '../json';
import { evaluate } from './evaluate/evaluate';
import { render } from './evaluate/render';
import { resolvePath } from './evaluate/resolve-path';
import { compilePath } from './parse/compile-path';
import { compileTemplate } from './parse/compile-template';
import { expandConfig } from './parse/expand-config';
import { parseExpression } from './parse/parse-expression';
import { scopeOf } from './scope-of';

interface Case {
  readonly name: string;
  readonly spec?: number;
  readonly vars?: JsonObject;
  readonly expr?: string;
  readonly template?: Json;
  readonly path?: Json;
  readonly push?: true;
  readonly config?: Json;
  readonly secret?: JsonObject;
  readonly value?: Json;
  readonly undefined?: true;
  readonly error?: string;
}
interface CaseFile {
  readonly file: string;
  readonly vars?: JsonObject;
  readonly cases: readonly Case[];
}

const root = join(__dirname, '../../../tests');
const files: CaseFile[] = ['expression', 'interpolation'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ file: `${folder}/${name}`, ...parse(readFileSync(join(root, folder, name), 'utf8')) })),
);

/** The programs go through JSON, as they do on their way into a run. */
const stored = <T>(compiled: T): T => JSON.parse(JSON.stringify(compiled)) as T;

function resultOf(file: CaseFile, one: Case): Value {
  const scope = scopeOf({ ...file.vars, ...one.vars });
  if (one.expr !== undefined) return evaluate(stored(parseExpression(one.expr)), scope);
  if (one.template !== undefined) return render(stored(compileTemplate(one.template)), scope);
  if (one.config !== undefined)
    return expandConfig(one.config, { config: one.config as JsonObject, secret: one.secret ?? {} });
  const { segments, push } = resolvePath(stored(compilePath(one.path)), scope);
  expect(push).toBe(one.push === true);
  return segments;
}

describe.each(files)('$file', (file) => {
  it.each(file.cases)('$name', (one) => {
    if (one.error !== undefined) {
      expect(() => resultOf(file, one)).toThrow(expect.objectContaining({ code: one.error, status: 400 }));
      return;
    }
    const value = resultOf(file, one);
    if (one.undefined) expect(value).toBeUndefined();
    else if (file.file.startsWith('interpolation')) expect(JSON.stringify(value)).toBe(JSON.stringify(one.value));
    else expect(value).toEqual(one.value);
  });
});

describe('the tables', () => {
  const cases = files.flatMap((file) => file.cases);

  it('have at least 450 cases, each name once in its file', () => {
    expect(cases.length).toBeGreaterThanOrEqual(450);
    for (const file of files) expect(new Set(file.cases.map((one) => one.name)).size).toBe(file.cases.length);
  });

  it('hold every numbered example of interpolation and expressions', () => {
    const numbered = new Set(cases.map((one) => one.spec));
    const missing = Array.from({ length: 64 }, (_, i) => i + 27).filter((n) => !numbered.has(n));
    expect(missing).toEqual([]);
  });
});
