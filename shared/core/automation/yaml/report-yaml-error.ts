import type { YAMLError } from 'yaml';
import type { DiagnosticCode } from '../diagnostic-codes';
import type { Reporter } from '../reporter';
import { lineOf, positionOf, type SourceText } from '../source-text';

const codes: { readonly [code in YAMLError['code']]?: DiagnosticCode } = {
  TAB_AS_INDENT: 'YAML_TAB',
  MULTIPLE_DOCS: 'YAML_MULTIPLE_DOCUMENTS',
  TAG_RESOLVE_FAILED: 'YAML_TAG',
  BAD_ALIAS: 'YAML_ALIAS',
  RESOURCE_EXHAUSTION: 'YAML_TOO_DEEP',
};

const UNQUOTED = 'put texts with {{…}} or {% … %} in quotes';

/** Problems that the YAML library found, under our codes; one a line, since one slip makes it complain several times. */
export function reportYamlErrors(errors: readonly YAMLError[], source: SourceText, reporter: Reporter): void {
  const lines = new Set<number>();
  for (const error of errors) {
    const [start, end] = error.pos;
    const { line } = positionOf(source, start);
    if (lines.has(line)) continue;
    lines.add(line);
    const code = codes[error.code] ?? 'YAML_SYNTAX';
    const message = error.message.replace(/\s+/g, ' ').slice(0, 300);
    reporter.report(code, { span: { start, end }, path: '' }, message, hintFor(code, lineOf(source, line)));
  }
}

function hintFor(code: DiagnosticCode, line: string): string | undefined {
  if (code === 'YAML_TAB') return 'indent with spaces';
  if (code === 'YAML_TAG') return 'remove the tag; quote a text that must stay text';
  // `key: {{a}} + 1` and `key: {% … %}` are read as flow mappings and directives.
  return /(^|[\s:[,-])\{[{%]/.test(line) && !/["'].*\{[{%]/.test(line) ? UNQUOTED : undefined;
}
