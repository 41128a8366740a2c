import { RE2JS } from 're2js';
import type { JsonObject } from '../json';
import { isText, toJson, type DocNode, type MapNode } from './document-node';
import { expectMap, expectText, expectTexts, valueOf } from './document-fields';
import { didYouMean } from './nearest-name';
import type { Reporter } from './reporter';

const TYPES = [
  'string', 'number', 'integer', 'object', 'array', 'boolean', 'null',
  'localized:string', 'localized:number', 'localized:boolean',
]; // prettier-ignore

/** `arguments: {name: schema}`: JSON Schema with our types. Keywords that nobody knows are left alone. */
export function compileArguments(node: DocNode | undefined, reporter: Reporter): JsonObject | undefined {
  const args = expectMap(node, '`arguments`', reporter);
  if (args === undefined) return undefined;
  for (const { key, value } of args.entries) checkSchema(value, `Argument \`${key}\``, reporter);
  return toJson(args) as JsonObject;
}

function checkSchema(node: DocNode, what: string, reporter: Reporter): void {
  const schema = expectMap(node, what, reporter);
  if (schema === undefined) return;
  checkType(schema, reporter);
  checkPattern(schema, reporter);
  const properties = expectMap(valueOf(schema, 'properties'), '`properties`', reporter);
  for (const { key, value } of properties?.entries ?? []) checkSchema(value, `Property \`${key}\``, reporter);
  const items = valueOf(schema, 'items');
  if (items) checkSchema(items, '`items`', reporter);
  const required = valueOf(schema, 'required');
  if (required?.kind === 'list') expectTexts(required, '`required`', reporter);
  else if (required && !(required.kind === 'scalar' && typeof required.value === 'boolean'))
    reporter.report('FIELD_TYPE', required, '`required` must be a list of names');
}

function checkType(schema: MapNode, reporter: Reporter): void {
  const node = valueOf(schema, 'type');
  if (node === undefined) return;
  for (const item of node.kind === 'list' ? node.items : [node]) {
    const type = expectText(item, '`type`', reporter);
    if (type === undefined || TYPES.includes(type)) continue;
    reporter.report(
      'FIELD_VALUE',
      item,
      `\`${type}\` is no type`,
      didYouMean(type, TYPES) ?? `one of ${TYPES.join(', ')}`,
    );
  }
}

/** Patterns run on a linear-time engine, which takes no look-around and no back-references. */
function checkPattern(schema: MapNode, reporter: Reporter): void {
  const node = valueOf(schema, 'pattern');
  if (node === undefined || !isText(node)) return;
  try {
    RE2JS.compile(node.value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    reporter.report(
      'ARGUMENT_PATTERN',
      node,
      `The pattern cannot be used: ${reason}`,
      'look-around and back-references are not available',
    );
  }
}
