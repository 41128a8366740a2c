import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { errors } from '../../../shared/core/errors/errors';
import type { JsonObject } from '../../../shared/core/json';
import { isObject } from '../../../shared/core/json';
import { INSTRUCTION_TABLES, tableCases } from '../case-tables';
import { showCase } from './instruction-examples';
import { fence } from './markdown';

/** How an error is answered over HTTP. */
export interface AnswerCase {
  readonly error: string;
  readonly message: string;
  readonly details?: JsonObject | readonly JsonObject[];
  readonly answer: {
    readonly status: number;
    readonly headers?: { readonly [name: string]: string };
    readonly body: JsonObject;
  };
}

export const answerCases = (): readonly AnswerCase[] =>
  parse(readFileSync(join(__dirname, '..', '..', 'errors', 'answers.yaml'), 'utf8')) as readonly AnswerCase[];

/** For every error its answer, and an automation that raises it, where one does. */
export function errorSections(): string {
  const answers = answerCases();
  return Object.keys(errors)
    .map((name) => {
      const found = answers.find(({ error }) => error === name);
      if (!found) throw new Error(`tests/errors/answers.yaml has no answer of ${name}`);
      const { status, headers = {}, body } = found.answer;
      const head = [`HTTP ${status}`, ...Object.entries(headers).map(([key, value]) => `${key}: ${value}`)];
      const answer = fence('text', [...head, JSON.stringify(body, null, 2)].join('\n'));
      return [`## \`${name}\``, answer, ...raisedBy(name)].join('\n\n');
    })
    .join('\n\n');
}

/** The shortest case that fails with it. */
function raisedBy(name: string): string[] {
  const [shortest] = INSTRUCTION_TABLES.flatMap(tableCases)
    .filter(({ is, shows }) => shows.includes(name) || (isObject(is['error']) && is['error']['error'] === name))
    .sort((a, b) => Number(b.shows.includes(name)) - Number(a.shows.includes(name)) || lengthOf(a.is) - lengthOf(b.is));
  return shortest ? [showCase(shortest)] : [];
}

const lengthOf = (is: JsonObject): number => JSON.stringify(is).length;
