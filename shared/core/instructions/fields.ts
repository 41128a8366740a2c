import { pathTemplateOf, templateOf } from '../automation/compile-value';
import { entryOf, isNull, isText, kindOf, toJson, type DocNode, type MapNode } from '../automation/document-node';
import { didYouMean, nearestName } from '../automation/nearest-name';
import type { OutputName } from '../automation/program';
import type { Reporter } from '../automation/reporter';
import type { Template } from '../expression/template';
import type { Field, FieldTable, Kind } from './field-table';

/** The parameters of an instruction: read by name, checked, compiled. */
export interface Fields {
  readonly node: MapNode;
  /** As written; undefined when absent. */
  get(name: string): DocNode | undefined;
  /** Checked by the table. Undefined when absent or null; a text that is one template may be anything. */
  template(name: string): Template | undefined;
  output(): OutputName | undefined;
}

/**
 * The payload as fields, unknown ones reported: an error when a known name is near, else a warning, since the language
 * elsewhere takes any field.
 * @param table null: any field will do
 * @returns null, after a report, when it is no mapping
 */
export function fieldsOf(
  node: DocNode,
  instruction: string,
  table: FieldTable | null,
  reporter: Reporter,
): Fields | null {
  if (node.kind !== 'map') {
    reporter.report(
      'INSTRUCTION_SHAPE',
      node,
      `\`${instruction}\` takes a mapping, not ${kindOf(node)}`,
      table ? `fields: ${Object.keys(table).join(', ')}` : undefined,
    );
    return null;
  }
  if (table) reportUnknown(node, instruction, Object.keys(table), reporter);
  const get = (name: string): DocNode | undefined => entryOf(node, name)?.value;
  return {
    node,
    get,
    template: (name) => fieldTemplate(get(name), name, table?.[name] ?? {}, reporter),
    output: () => outputName(get('output'), reporter),
  };
}

function reportUnknown(node: MapNode, instruction: string, known: readonly string[], reporter: Reporter): void {
  for (const { key, keySpan, value } of node.entries) {
    if (known.includes(key)) continue;
    const where = { ...value, start: keySpan.start, end: keySpan.end };
    const isTypo = nearestName(key, known) !== undefined;
    const message = `\`${instruction}\` has no field \`${key}\``;
    reporter.report(
      isTypo ? 'FIELD_UNKNOWN' : 'FIELD_IGNORED',
      where,
      message,
      isTypo ? didYouMean(key, known) : `it is ignored; fields: ${known.join(', ')}`,
    );
  }
}

function fieldTemplate(
  node: DocNode | undefined,
  name: string,
  { kinds = [], oneOf }: Partial<Field>,
  reporter: Reporter,
): Template | undefined {
  if (node === undefined || isNull(node)) return undefined;
  expectKind(node, name, kinds, reporter);
  const template = templateOf(node, reporter);
  if (oneOf) expectOneOf(node, name, oneOf, reporter);
  return template;
}

/** Reports a constant of another kind. Numbers pass as text, since they are written without quotes so often. */
export function expectKind(node: DocNode, name: string, kinds: readonly Kind[], reporter: Reporter): boolean {
  if (kinds.length === 0 || isTemplateText(node)) return true;
  const kind = kindFor(node);
  if (kind !== null && (kinds.includes(kind) || (kind === 'number' && kinds.includes('text')))) return true;
  if (isText(node) && kinds.includes('number') && node.value.trim() !== '' && Number.isFinite(Number(node.value)))
    return true;
  reporter.report(
    'FIELD_TYPE',
    node,
    `\`${name}\` must be ${kinds.map((k) => `a ${k}`).join(' or ')}, not ${kindOf(node)}`,
  );
  return false;
}

function kindFor(node: DocNode): Kind | null {
  if (node.kind === 'list') return 'list';
  if (node.kind === 'map') return 'mapping';
  if (node.value === null) return null;
  if (typeof node.value === 'string') return 'text';
  return typeof node.value === 'number' ? 'number' : 'boolean';
}

/** The value is known at run time only. */
export const isTemplateText = (node: DocNode): boolean => isText(node) && /\{\{|\{%/.test(node.value);

function expectOneOf(node: DocNode, name: string, values: readonly string[], reporter: Reporter): void {
  if (isText(node) && !isTemplateText(node) && !values.includes(node.value.toLowerCase()))
    reporter.report(
      'FIELD_VALUE',
      node,
      `\`${name}\` cannot be \`${node.value}\``,
      didYouMean(node.value, values) ?? `one of ${values.join(', ')}`,
    );
}

function outputName(node: DocNode | undefined, reporter: Reporter): OutputName | undefined {
  if (node === undefined || isNull(node)) return undefined;
  if (isText(node) && node.value !== '') {
    const path = pathTemplateOf(node, reporter);
    return path.t === 'raise' ? { invalid: node.value } : path;
  }
  reporter.report(
    'OUTPUT_NAME',
    node,
    `\`output\` names a variable, it cannot be ${isText(node) ? 'empty' : kindOf(node)}`,
  );
  return { invalid: toJson(node) };
}
