import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compileAutomation } from '../../../shared/core/automation/compile-automation';
import type { Diagnostic } from '../../../shared/core/automation/diagnostic';
import { diagnosticCodes } from '../../../shared/core/automation/diagnostic-codes';
import { formatDiagnostic } from '../../../shared/core/automation/format-diagnostic';
import { compileWorkspace } from '../../../shared/core/workspaces/compile-workspace';
import { compileApps, withName, type AppWorkspaces } from '../app-workspaces';
import { fence, yaml } from './markdown';

/** What nobody would want to read on a page. */
const TOO_LONG_TO_SHOW = new Set(['YAML_TOO_LARGE', 'YAML_ALIAS_LIMIT', 'YAML_TOO_DEEP', 'APP_LIMIT']);

interface Example {
  readonly diagnostic: Diagnostic;
  /** Of the file that it is about. */
  readonly text: string;
  /** Path -> text of all files that a reader needs to see. */
  readonly shown: { readonly [path: string]: string };
}

/** For every code, the shortest case of the tables that is told of it alone. */
export function diagnosticSections(): string {
  // What one file can show needs no app.
  const examples = [[...automationExamples(), ...workspaceExamples()], appExamples()].flatMap((ones) =>
    [...ones].sort((a, b) => lengthOf(a) - lengthOf(b)),
  );
  return Object.keys(diagnosticCodes)
    .filter((code) => !TOO_LONG_TO_SHOW.has(code))
    .map((code) => {
      const found = examples.find(({ diagnostic }) => diagnostic.code === code);
      if (!found) throw new Error(`no case of tests/compiler, tests/workspaces or tests/apps is told of ${code} alone`);
      const { diagnostic, text } = found;
      const shown = Object.entries(found.shown).map(([file, one]) => fence('yaml', `# ${file}\n${one}`));
      return [`## \`${code}\``, ...shown, fence('text', formatDiagnostic(diagnostic, text))].join('\n\n');
    })
    .join('\n\n');
}

const lengthOf = ({ shown }: Example): number => Object.values(shown).join('').length;

const TESTS = join(__dirname, '..', '..');
const read = <T>(...path: string[]): readonly T[] => parse(readFileSync(join(TESTS, ...path), 'utf8')) as readonly T[];

function automationExamples(): readonly Example[] {
  return readdirSync(join(TESTS, 'compiler'))
    .filter((file) => file !== 'cron.yaml' && file !== 'programs.yaml')
    .flatMap((file) => read<{ readonly do?: string; readonly text?: string }>('compiler', file))
    .flatMap((source) => {
      const text =
        source.do === undefined ? (source.text ?? '') : `name: x\ndo:\n${source.do.replace(/^(?=.)/gm, '  ')}`;
      const { diagnostics } = compileAutomation({ file: 'automations/test.yml', slug: 'test', text });
      return alone(diagnostics, { 'automations/test.yml': text });
    });
}

function workspaceExamples(): readonly Example[] {
  return read<{ readonly files: { readonly [path: string]: string } }>('workspaces', 'diagnostics.yaml').flatMap(
    ({ files }) => alone(compileWorkspace({ workspaceId: 'demo', files, createdAt: 0 }).diagnostics, files),
  );
}

/** With the files of the apps beside the workspace: the mistake is in how they go together. */
const appExamples = (): readonly Example[] =>
  read<{ readonly workspaces: AppWorkspaces }>('apps', 'diagnostics.yaml').flatMap(({ workspaces }) => {
    const [folder = ''] = Object.keys(workspaces);
    const files = Object.entries(workspaces[folder] ?? {}).flatMap(([path, text]) =>
      typeof text === 'string' ? [[`${path}.yml`, text] as const] : [],
    );
    return alone(compileApps(workspaces).diagnostics, Object.fromEntries(files)).map((example) => ({
      ...example,
      shown: Object.fromEntries(Object.entries(workspaces).flatMap(([name, inside]) => filesOf(name, inside))),
    }));
  });

const filesOf = (folder: string, inside: AppWorkspaces[string]): [path: string, text: string][] =>
  Object.entries(inside).map(([path, content]) => [
    `${folder}/${path}.yml`,
    typeof content === 'string' ? content : yaml(withName(path, content)),
  ]);

function alone(diagnostics: readonly Diagnostic[], files: { readonly [path: string]: string }): readonly Example[] {
  const codes = new Set(diagnostics.map(({ code }) => code));
  const [diagnostic] = diagnostics;
  if (!diagnostic || codes.size > 1) return [];
  const text = files[diagnostic.file];
  if (text === undefined) return [];
  return [{ diagnostic, text, shown: { [diagnostic.file]: text } }];
}
