/** The language's specification numbers its examples: each is a case of a table, or a scenario. */
import { EXPRESSION_TABLES, INSTRUCTION_TABLES, scenarioCases, tableCases } from '../support/case-tables';

const LAST_NUMBER = 151;

const tables = [...EXPRESSION_TABLES, ...INSTRUCTION_TABLES, 'arguments'].flatMap(tableCases);
const scenarios = scenarioCases();

it(`every number from 1 to ${LAST_NUMBER} has a case of its own`, () => {
  // Many at once in one case would hide which of them it really shows.
  const found = new Set([...tables, ...scenarios].filter(({ spec }) => spec.length === 1).flatMap(({ spec }) => spec));
  const missing = Array.from({ length: LAST_NUMBER }, (_, i) => i + 1).filter((number) => !found.has(number));
  expect(missing).toEqual([]);
});

it('there is no number beyond the last one', () => {
  const beyond = [...tables, ...scenarios].filter(({ spec }) => spec.some((number) => number > LAST_NUMBER));
  expect(beyond.map(({ name }) => name)).toEqual([]);
});

it('at least 600 cases as data show expressions, interpolation, set, delete, arguments and conditions', () => {
  const folders = [...EXPRESSION_TABLES, 'instructions', 'arguments'];
  const cases = tables.filter(({ table }) => folders.some((folder) => table.startsWith(`${folder}/`)));
  expect(cases.length).toBeGreaterThanOrEqual(600);
  expect(tableCases('instructions').length).toBeGreaterThanOrEqual(80);
});

it('at least 150 scenarios run on the whole product', () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(150);
});

it('each name is given once in its table or workspace', () => {
  const names = [
    ...tables.map(({ table, name }) => `${table}: ${name}`),
    ...scenarios.map(({ workspace, name }) => `${workspace}: ${name}`),
  ];
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
