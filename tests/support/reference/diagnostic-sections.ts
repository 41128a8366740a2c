import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compileAutomation } from '../../../shared/core/automation/compile-automation';
import type { Diagnostic } from '../../../shared/core/automation/diagnostic';
import { diagnosticCodes } from '../../../shared/core/automation/diagnostic-codes';
import { formatDiagnostic } from '../../../shared/core/automation/format-diagnostic';
import { compileWorkspace } from '../../../shared/core/workspaces/compile-workspace';
import { fence } from './markdown';

/** What nobody would want to read on a page. */
const TOO_LONG_TO_SHOW = new Set(['YAML_TOO_LARGE', 'YAML_ALIAS_LIMIT', 'YAML_TOO_DEEP']);

interface Example {
  readonly diagnostic: Diagnostic;
  readonly file: string;
  readonly text: string;
}

/** For every code, the shortest case of the tables that is told of it alone. */
export function diagnosticSections(): string {
  const examples = [...automationExamples(), ...workspaceExamples()].sort((a, b) => a.text.length - b.text.length);
  return Object.keys(diagnosticCodes)
    .filter((code) => !TOO_LONG_TO_SHOW.has(code))
    .map((code) => {
      const found = examples.find(({ diagnostic }) => diagnostic.code === code);
      if (!found) throw new Error(`no case of tests/compiler or tests/workspaces is told of ${code} alone`);
      const { diagnostic, file, text } = found;
      const shown = fence('yaml', `# ${file}\n${text}`);
      return [`## \`${code}\``, shown, fence('text', formatDiagnostic(diagnostic, text))].join('\n\n');
    })
    .join('\n\n');
}

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

function alone(diagnostics: readonly Diagnostic[], files: { readonly [path: string]: string }): readonly Example[] {
  const codes = new Set(diagnostics.map(({ code }) => code));
  const [diagnostic] = diagnostics;
  if (!diagnostic || codes.size > 1) return [];
  return [{ diagnostic, file: diagnostic.file, text: files[diagnostic.file] ?? '' }];
}
