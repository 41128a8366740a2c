import { Composer, Parser, type Document, type ParsedNode } from 'yaml';
import type { DocNode } from '../document-node';
import type { Reporter } from '../reporter';
import type { SourceText } from '../source-text';
import { checkDepth } from './check-depth';
import { reportYamlErrors } from './report-yaml-error';
import { toDocNode } from './to-doc-node';

export const MAX_TEXT_LENGTH = 1_000_000;

/**
 * YAML text (1.2, core schema: dates and `yes` stay text) -> one tree with places. Problems are reported, never thrown.
 * @returns null when there is no tree that is worth going on with
 */
export function parseDocument(source: SourceText, reporter: Reporter): DocNode | null {
  const { text } = source;
  const whole = { span: { start: 0, end: 0 }, path: '' };
  if (text.length > MAX_TEXT_LENGTH) {
    reporter.report('YAML_TOO_LARGE', whole, `The text has ${text.length} characters, at most 1,000,000 are taken`);
    return null;
  }
  const tokens = [...new Parser().parse(text)];
  const tooDeep = checkDepth(tokens);
  if (tooDeep !== null) {
    const span = { start: tooDeep, end: tooDeep + 1 };
    reporter.report('YAML_TOO_DEEP', { span, path: '' }, 'Values are nested more than 100 deep');
    return null;
  }
  // Their check of unique keys compares each with each; ours is in toDocNode. Known tags would make dates and bytes.
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    uniqueKeys: false,
    merge: false,
    strict: true,
  });
  const [first, second] = [...composer.compose(tokens, true, text.length)] as Document.Parsed<ParsedNode>[];
  if (first === undefined) return null;
  reportYamlErrors([...first.errors, ...first.warnings], source, reporter);
  if (second !== undefined) {
    const marker = /^---/m.exec(text.slice(first.range[1]));
    const start = marker ? first.range[1] + marker.index : second.range[0];
    const span = { start, end: start + 3 };
    reporter.report(
      'YAML_MULTIPLE_DOCUMENTS',
      { span, path: '' },
      'A file holds one document',
      'remove the `---` line, or use one file an automation',
    );
  }
  const node = toDocNode(first.contents, source, reporter);
  return first.errors.length > 0 || second !== undefined ? null : node;
}
