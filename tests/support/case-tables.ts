/** All tests that are data: what each is called, which example of the specification it is, what it is an example of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../../shared/core/json';
import { expectFilesBelow, loadExpectations } from './load-expectations';

const TESTS = join(__dirname, '..');

/** One case of a table, with all that its table says of it. */
export interface TableCase {
  readonly name: string;
  readonly table: string;
  /** Numbers of examples in the specification of the language. */
  readonly spec: readonly number[];
  /** Entries of the reference that it is an example of. */
  readonly shows: readonly string[];
  readonly is: JsonObject;
  /** Variables of all cases of the table. */
  readonly vars: JsonObject;
}

export const EXPRESSION_TABLES = ['expression', 'interpolation'];
export const INSTRUCTION_TABLES = ['instructions', 'unit/machine/tables'];

/** @param folder below `tests/`, such as `expression` */
export function tableCases(folder: string): readonly TableCase[] {
  return readdirSync(join(TESTS, folder))
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .flatMap((file) => {
      const table = parse(readFileSync(join(TESTS, folder, file), 'utf8'), { version: '1.2', merge: true }) as
        readonly JsonObject[] | { readonly cases: readonly JsonObject[]; readonly vars?: JsonObject };
      const [cases, vars = {}] = Array.isArray(table)
        ? [table as readonly JsonObject[]]
        : [(table as { cases: readonly JsonObject[] }).cases, (table as { vars?: JsonObject }).vars];
      return cases.map((is) => ({
        name: String(is['name']),
        table: `${folder}/${file}`,
        spec: [is['spec'] ?? []].flat().flatMap((one) => numbersIn(String(one))),
        shows: [is['shows'] ?? []].flat().map(String),
        is,
        vars,
      }));
    });
}

/** A scenario that runs on the whole product. */
export interface ScenarioCase {
  readonly name: string;
  readonly workspace: string;
  readonly spec: readonly number[];
  readonly shows: readonly string[];
}

/** Those of `tests/cases/`. */
export function scenarioCases(): readonly ScenarioCase[] {
  return expectFilesBelow(join(TESTS, 'cases')).flatMap(({ workspace, file }) =>
    loadExpectations(file).scenarios.map(({ name, shows }) => ({
      ...{ name, workspace, shows },
      spec: numbersIn(/^([\d, -]+):/.exec(name)?.[1] ?? ''),
    })),
  );
}

/** `9, 10` and `9-11`. */
function numbersIn(text: string): number[] {
  return [...text.matchAll(/(\d+)(?:\s*-\s*(\d+))?/g)].flatMap(([, from, to]) =>
    Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, i) => Number(from) + i),
  );
}
