import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  compileAutomation,
  programDigestOf,
  type CompileResult,
} from '../../shared/core/automation/compile-automation';
import { diagnosticCodes } from '../../shared/core/automation/diagnostic-codes';
import { toEngineCron } from '../../shared/core/automation/engine-cron';
import type { Program, ProgramNode } from '../../shared/core/automation/program';

/** Word for word. */
const performanceSample = `simpleUserJourney:
  name: performance testing automation
  when:
    endpoint: true
  do:
    - set:
        name: name
        value: Doe
        lifespan: "2"
    - conditions:
        "{{name}} == Doe":
          - emit:
              event: apps.test
              payload:
                lastName: John
        default:
          - emit:
              event: apps.newtest
              payload:
                lastName: Smith
  output:
    content: "{{name}}"
    requestBody: "{{body}}"
`;

const folder = join(__dirname, '../compiler');
const root = join(__dirname, '../..');
const read = <T>(file: string): T[] => parse(readFileSync(join(folder, file), 'utf8')) as T[];

interface Source {
  readonly name: string;
  readonly do?: string;
  readonly text?: string;
}
interface DiagnosticCase extends Source {
  readonly expect: readonly string[];
  readonly hints?: readonly string[];
}
interface ProgramCase extends Source {
  readonly nodes?: { readonly [id: string]: string };
  readonly program?: object;
  readonly automation?: object;
  /** Fields that the program must not have. */
  readonly absent?: readonly string[];
}

const textOf = (source: Source): string =>
  source.do === undefined ? (source.text ?? '') : `name: x\ndo:\n${source.do.replace(/^(?=.)/gm, '  ')}`;

const compile = (text: string): CompileResult =>
  compileAutomation({ file: 'automations/test.yml', slug: 'test', text });

const files = readdirSync(folder).filter((file) => file !== 'cron.yaml' && file !== 'programs.yaml');

describe.each(files)('diagnostics of %s', (file) => {
  it.each(read<DiagnosticCase>(file))('$name', (source) => {
    const { diagnostics } = compile(textOf(source));
    expect(diagnostics.map(({ code, line, col, endCol }) => `${code} ${line}:${col}-${endCol}`)).toEqual(source.expect);
    for (const hint of source.hints ?? []) expect(diagnostics.map((found) => found.hint).join('\n')).toContain(hint);
  });
});

const describeNode = ({ op, lists }: ProgramNode): string => {
  const name = op.op === 'raise' ? `raise ${op.error.error} ${op.error.message}` : op.op;
  return [name, ...(lists ?? []).map((list) => `[${list.join(' ')}]`)].join(' ');
};

describe('programs', () => {
  it.each(read<ProgramCase>('programs.yaml'))('$name', (source) => {
    const { automation } = compile(textOf(source));
    const nodes = Object.entries(automation?.program.nodes ?? {}).map(([id, node]) => [id, describeNode(node)]);
    if (source.nodes) expect(Object.fromEntries(nodes)).toEqual(source.nodes);
    if (source.program) expect(automation?.program).toMatchObject(source.program);
    if (source.automation) expect(automation).toMatchObject(source.automation);
    for (const field of source.absent ?? []) expect(automation?.program).not.toHaveProperty(field);
  });

  it('compiles the performance sample of issue 3 with one warning', () => {
    const { automation, diagnostics } = compile(performanceSample);
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['SET_LIFESPAN_IGNORED', 'warning']]);
    expect(automation?.slug).toBe('simpleUserJourney');
    expect(automation?.triggers.endpoint).toBe('simpleUserJourney');
    expect(automation?.emits).toEqual(['apps.test', 'apps.newtest']);
  });
});

describe('digests', () => {
  const digest = (text: string): string | undefined => compile(text).automation?.programDigest;
  const base = 'name: a\ndo:\n  - set: {name: x, value: 1}\n  - conditions: {"{{a}}": [], "{{b}}": []}\n';

  it.each([
    ['a comment', `# hello\n${base}`],
    ['another name', base.replace('name: a', 'name: b')],
    ['a description and labels', `${base}description: d\nlabels: [a]\n`],
    ['other places', base.replace('{name: x, value: 1}', '\n      name: x\n      value: 1')],
    ['another order of fields', base.replace('{name: x, value: 1}', '{value: 1, name: x}')],
    ['another wording of quotes', base.replace('name: x', "name: 'x'")],
    ['a trigger', `${base}when: {endpoint: true}\n`],
  ])('of the program stays under %s', (_what, text) => expect(digest(text)).toBe(digest(base)));

  it.each([
    ['another value', base.replace('value: 1', 'value: "1"')],
    ['another order of conditions', base.replace('"{{a}}": [], "{{b}}": []', '"{{b}}": [], "{{a}}": []')],
    ['an output', `${base}output: 1\n`],
    ['disabled', `${base}disabled: true\n`],
  ])('of the program changes with %s', (_what, text) => expect(digest(text)).not.toBe(digest(base)));

  it('survive JSON, so a stored program keeps its digest', () => {
    const { automation } = compile(base);
    const stored = JSON.parse(JSON.stringify(automation?.program)) as Program;
    expect(programDigestOf(stored)).toBe(automation?.programDigest);
  });

  it('keep anchors of instructions that moved', () => {
    const anchors = (text: string) =>
      Object.values(compile(text).automation?.program.nodes ?? {}).map((node) => node.anchor);
    expect(anchors(base.replace('do:\n', 'do:\n  - comment: new\n')).slice(1)).toEqual(anchors(base));
  });
});

it('gives each node its place in the text', () => {
  const { automation } = compile(
    'name: x\ndo:\n  - set:\n      name: a\n  - conditions:\n      "{{a}}":\n        - break:\n',
  );
  expect(automation?.sourceMap).toEqual({ n0: [3, 5, 4, 14], n1: [5, 5, 7, 17], n2: [7, 11, 7, 17] });
});

it('takes slugs and variables named like members of Object', () => {
  const text =
    'constructor:\n  name: x\n  do:\n    - __proto__: {__proto__: 1}\n    - set: {name: toString, value: {hasOwnProperty: 1}}\n';
  const { automation, diagnostics } = compile(text);
  expect(diagnostics).toEqual([]);
  expect(automation?.slug).toBe('constructor');
  expect(JSON.stringify(automation?.program.nodes.n0?.op)).toContain('{"__proto__":1}');
});

describe('schedules for the engine', () => {
  it.each(read<{ cron: string; throttle?: string; engine: string[] }>('cron.yaml'))('$cron', (one) => {
    const { cron, throttle, engine } = one;
    expect(toEngineCron(cron, throttle)).toEqual(engine);
  });
});

describe('docs/reference/diagnostics.md', () => {
  const listed = [
    ...readFileSync(join(root, 'docs/reference/diagnostics.md'), 'utf8').matchAll(/^\| `([A-Z_]+)`\s*\| (\w+)/gm),
  ];

  it('lists every code with its severity', () => {
    const found = Object.fromEntries(listed.map(([, code, severity]) => [code, severity]));
    expect(found).toEqual(
      Object.fromEntries(Object.entries(diagnosticCodes).map(([code, { severity }]) => [code, severity])),
    );
  });

  it('every code has a case', () => {
    const tables = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    const others = ['compiler-workspace.test.ts', 'apps.test.ts', '../apps/diagnostics.yaml'];
    const workspaces = others.map((file) => readFileSync(join(__dirname, file), 'utf8')).join('\n');
    expect(
      Object.keys(diagnosticCodes).filter((code) => !new RegExp(`\\b${code}\\b`).test(tables + workspaces)),
    ).toEqual([]);
  });
});
