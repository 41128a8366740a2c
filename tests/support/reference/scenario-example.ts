import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../../../shared/core/json';
import { scenarioCases } from '../case-tables';
import { fence, yaml } from './markdown';

const CASES = join(__dirname, '..', '..', 'cases');

/** The scenario that says it shows this entry: the automations that it calls, and its steps. */
export function scenarioExample(entry: string): string {
  const found = scenarioCases().find(({ shows }) => shows.includes(entry));
  if (!found) throw new Error(`no scenario of tests/cases has \`shows: [${entry}]\``);
  const { name, workspace } = found;
  const { scenarios } = parse(readFileSync(join(CASES, workspace, 'expect.yml'), 'utf8')) as {
    readonly scenarios: readonly { readonly name: string; readonly steps: readonly JsonObject[] }[];
  };
  const steps = scenarios.find((one) => one.name === name)?.steps ?? [];
  const called = new Set(
    steps.flatMap(({ call, test, trigger }) => [call ?? test ?? trigger ?? []].flat().map(String)),
  );
  const automations = [...called]
    .map((slug) => ({ slug, file: join(CASES, workspace, 'automations', `${slug}.yml`) }))
    .filter(({ file }) => existsSync(file))
    .map(({ slug, file }) => fence('yaml', `# automations/${slug}.yml\n${readFileSync(file, 'utf8')}`));
  const title = name.replace(/^[\d, -]+: /, '');
  return [
    `**${title.slice(0, 1).toUpperCase()}${title.slice(1)}**`,
    ...automations,
    fence('yaml', `# expect.yml\n${yaml({ steps })}`),
  ].join('\n\n');
}
