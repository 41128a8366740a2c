/** The published schemas say of a document's shape what the compiler says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { compileAutomation } from '../../shared/core/automation/compile-automation';
import type { DiagnosticCode } from '../../shared/core/automation/diagnostic-codes';
import { automationSchema, importSchema, indexSchema } from '../../shared/core/document-schema/document-schema';
import { instructionNames } from '../../shared/core/instructions/compile';
import { instructionShapes } from '../../shared/core/instructions/shapes';

interface Case {
  readonly name: string;
  readonly do?: string;
  readonly text?: string;
  readonly expect?: readonly string[];
}

/** What is wrong with the shape of a document, so that an editor can tell it. */
const STRUCTURAL: readonly DiagnosticCode[] = [
  'DOCUMENT_SHAPE', 'FIELD_UNKNOWN', 'FIELD_MISSING', 'FIELD_TYPE', 'FIELD_VALUE', 'FIELD_IGNORED', 'ARGUMENT_SCHEMA',
  'WHEN_EMPTY', 'INSTRUCTION_SHAPE', 'INSTRUCTION_KEYS', 'INSTRUCTION_EMPTY', 'INSTRUCTION_UNKNOWN', 'OUTPUT_NAME',
  'EMIT_PAYLOAD', 'WAIT_EMPTY', 'REPEAT_EMPTY', 'CALL_ARGUMENTS', 'CALL_TOO_DEEP',
]; // prettier-ignore

/** What only the compiler can tell: it looks into texts, or at other places of the document. */
const COMPILER_ONLY = new Set(['a reference to nothing', 'repeat on a number']);

/** Partly of the shape, partly of what texts say: the schema may tell it or not. */
const EITHER: readonly DiagnosticCode[] = ['SLUG_INVALID', 'SLEEP_INVALID'];

const ajv = new Ajv({ strict: false, allErrors: true });
const isAutomation = ajv.compile(automationSchema());
const isIndex = ajv.compile(indexSchema());

const folder = join(__dirname, '../compiler');
const textOf = (source: Case): string =>
  source.do === undefined ? (source.text ?? '') : `name: x\ndo:\n${source.do.replace(/^(?=.)/gm, '  ')}`;
const cases = ['arguments', 'document', 'instructions', 'programs', 'when'].flatMap((file) =>
  (parse(readFileSync(join(folder, `${file}.yaml`), 'utf8')) as Case[]).map((source) => ({
    ...{ title: `${file}: ${source.name}`, name: source.name, text: textOf(source) },
  })),
);

const judged = cases.map(({ title, name, text }) => {
  const { diagnostics } = compileAutomation({ file: 'automations/test.yml', slug: 'test', text });
  const codes = diagnostics.map(({ code }) => code as DiagnosticCode);
  const isSound = !codes.some((code) => STRUCTURAL.includes(code));
  return { title, name, text, isSound, isOpen: isSound && codes.some((code) => EITHER.includes(code)) };
});
const valueOf = (text: string): unknown => parse(text, { version: '1.2', uniqueKeys: false, logLevel: 'silent' });

describe('the compiler takes it, and so does the schema', () => {
  it.each(judged.filter(({ isSound, isOpen }) => isSound && !isOpen))('$title', ({ text }) => {
    isAutomation(valueOf(text));
    expect(isAutomation.errors).toBeNull();
  });
});

describe('the compiler refuses its shape, and so does the schema', () => {
  const broken = judged.filter(({ isSound, name }) => !isSound && !COMPILER_ONLY.has(name));
  it.each(broken)('$title', ({ text }) => expect(isAutomation(valueOf(text))).toBe(false));

  it('the list of what only the compiler tells is no longer than it must be', () => {
    const listed = judged.filter(({ name }) => COMPILER_ONLY.has(name));
    expect(listed.filter(({ text }) => !isAutomation(valueOf(text))).map(({ name }) => name)).toEqual([]);
    expect(listed).toHaveLength(COMPILER_ONLY.size);
  });
});

it('every instruction has a shape', () =>
  expect(Object.keys(instructionShapes).sort()).toEqual([...instructionNames].sort()));

describe('examples', () => {
  const examples = join(__dirname, '../../examples');
  const folders = readdirSync(examples);

  it.each(folders.flatMap((name) => readdirSync(join(examples, name, 'automations')).map((file) => [name, file])))(
    '%s/%s',
    (name, file) => {
      isAutomation(valueOf(readFileSync(join(examples, name, 'automations', file), 'utf8')));
      expect(isAutomation.errors).toBeNull();
    },
  );

  it.each(folders)('%s/index.yml', (name) => {
    isIndex(valueOf(readFileSync(join(examples, name, 'index.yml'), 'utf8')));
    expect(isIndex.errors).toBeNull();
  });

  it('an import, and a misspelt field of one', () => {
    const isImport = ajv.compile(importSchema());
    expect(isImport(valueOf(readFileSync(join(examples, 'support/imports/triage.yml'), 'utf8')))).toBe(true);
    expect(isImport({ appSlg: 'x' })).toBe(false);
  });

  it('a misspelt field of index.yml', () => expect(isIndex({ nmae: 'x' })).toBe(false));
});

it('every field is described', () => {
  const described = (table: object): boolean =>
    Object.values(table).every((schema) => typeof (schema as { description?: unknown }).description === 'string');
  const { definitions } = automationSchema() as { definitions: { [name: string]: { properties: object } } };
  expect(described(definitions['automation']?.properties ?? {})).toBe(true);
  expect(described(definitions['instruction']?.properties ?? {})).toBe(true);
  expect(described((indexSchema() as { properties: object }).properties)).toBe(true);
});
