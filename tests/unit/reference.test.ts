/** Whatever an author can write or meet has a section in the reference, with an example. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileAutomation } from '../../shared/core/automation/compile-automation';
import { diagnosticCodes } from '../../shared/core/automation/diagnostic-codes';
import { errors } from '../../shared/core/errors/errors';
import type { Binary, RegexTest, Unary } from '../../shared/core/expression/ast';
import { FUNCTION_NAMES } from '../../shared/core/expression/function-names';
import { instructionNames } from '../../shared/core/instructions/compile';
import { instructionShapes } from '../../shared/core/instructions/shapes';
import { INSTRUCTION_TABLES, scenarioCases, tableCases } from '../support/case-tables';
import { sourceFiles } from '../support/source-files';

const PAGES = join(__dirname, '../../docs/reference');
const page = (name: string): string => readFileSync(join(PAGES, `${name}.md`), 'utf8');

/** Heading of each section -> its text. */
function sectionsOf(name: string): ReadonlyMap<string, string> {
  const parts = page(name).split(/^## /m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part]));
}

const EXAMPLE = /^<!-- (examples|expressions|scenario): .*-->\n\n[^<]/m;

describe('instructions', () => {
  const sections = sectionsOf('instructions');

  it.each([...instructionNames, 'Call'])('%s', (name) => {
    const section = sections.get(name === 'Call' ? name : `\`${name}\``) ?? '';
    expect(section).not.toBe('');
    const shape = instructionShapes[name];
    if (shape && typeof shape.takes === 'object') expect(section).toContain(`<!-- fields: ${name} -->`);
    if (isAvailable(name)) expect(section).toMatch(EXAMPLE);
  });

  function isAvailable(name: string): boolean {
    const text = JSON.stringify({ name: 'x', do: [{ [name]: {} }] });
    return compileAutomation({ file: 'x.yml', slug: 'x', text }).diagnostics.every(({ code }) => code !== 'NOT_YET');
  }
});

it.each(FUNCTION_NAMES)('function %s', (name) => {
  expect(sectionsOf('functions').get(`\`${name}\``)).toMatch(EXAMPLE);
});

/** A new operator is a type error here until it has its place. */
const operators: { readonly [operator in Binary['t'] | Unary['t'] | RegexTest['t']]: string } = {
  '==': 'Equal, not equal',
  '===': 'Equal, not equal',
  '!==': 'Equal, not equal',
  'not equals': 'Equal, not equal',
  '<': 'Less, more',
  '<=': 'Less, more',
  '>': 'Less, more',
  '>=': 'Less, more',
  and: '`and`, `or`',
  or: '`and`, `or`',
  '!': '`!`',
  exists: '`exists`, `not exists`',
  'not exists': '`exists`, `not exists`',
  in: '`in`, `not in`',
  'not in': '`in`, `not in`',
  matches: '`matches`, `not matches`',
  'not matches': '`matches`, `not matches`',
  regex: '`matches`, `not matches`',
  '+': '`+`, `-`, `*`, `/`, `%`',
  '-': '`+`, `-`, `*`, `/`, `%`',
  '*': '`+`, `-`, `*`, `/`, `%`',
  '/': '`+`, `-`, `*`, `/`, `%`',
  '%': '`+`, `-`, `*`, `/`, `%`',
};

it.each(Object.entries(operators))('operator %s', (operator, heading) => {
  const section = sectionsOf('operators').get(heading) ?? '';
  expect(section).toMatch(EXAMPLE);
  expect(/<!-- expressions: (.*) -->/.exec(section)?.[1]?.split(' ')).toContain(operator.replace(' ', '_'));
});

it.each(Object.keys(errors))('error %s', (name) => {
  expect(sectionsOf('error-examples').get(`\`${name}\``)).toContain('```text\nHTTP ');
});

it('every diagnostic has a row, and what a page can show an example', () => {
  const examples = [...sectionsOf('diagnostic-examples').keys()];
  const without = Object.keys(diagnosticCodes).filter((code) => !examples.includes(`\`${code}\``));
  expect(without).toEqual(['YAML_ALIAS_LIMIT', 'YAML_TOO_DEEP', 'YAML_TOO_LARGE', 'APP_LIMIT']);
});

describe('events', () => {
  const named = /'((?:runtime|events|workspaces|apps)\.[a-zA-Z.]+)'/g;
  const types = new Set(sourceFiles().flatMap(({ text }) => [...text.matchAll(named)].map(([, type]) => String(type))));
  const sections = sectionsOf('events');
  const ofOthers = sections.get('Of other services') ?? '';

  it('are found in the sources', () => {
    expect(types).toContain('runtime.waits.pending');
  });

  it.each([...types, 'error'].filter((type) => !ofOthers.includes(`\`${type}\``)))('%s', (type) => {
    expect(sections.get(`\`${type}\``)).toMatch(
      /^<!-- (examples|scenario)|See the example above|see the example above/m,
    );
  });
});

it('whatever says that it is an example is on a page', () => {
  const shown = readdirSync(PAGES).flatMap((file) =>
    [...readFileSync(join(PAGES, file), 'utf8').matchAll(/<!-- (?:examples|scenario): (.*) -->/g)].map(
      ([, name]) => name,
    ),
  );
  const cases = [...INSTRUCTION_TABLES.flatMap(tableCases), ...scenarioCases()].filter(({ shows }) => shows.length > 0);
  const known = new Set<string | undefined>([...shown, ...Object.keys(errors)]);
  expect(cases.filter(({ shows }) => !shows.some((name) => known.has(name))).map(({ name }) => name)).toEqual([]);
});
