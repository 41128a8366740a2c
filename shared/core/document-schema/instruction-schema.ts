import type { Field, FieldTable, InstructionShape } from '../instructions/field-table';
import { instructionShapes } from '../instructions/shapes';
import { ownCompilers } from '../instructions/compile';
import type { JsonObject } from '../json';
import { fieldSchema, refTo } from './value-schemas';

/** One item of `do`: a mapping with one key, which names an instruction or an automation. */
export function instructionSchema(): JsonObject {
  const entries = Object.entries(instructionShapes);
  const own = entries.filter(([name]) => ownCompilers.has(name)).map(([name, shape]) => [`$${name}`, shape] as const);
  return {
    type: ['object', 'null'],
    maxProperties: 1,
    properties: Object.fromEntries([...entries, ...own].map(([name, shape]) => [name, shapeSchema(shape)])),
    // `<slug>` or `<app>.<slug>`: a call with its arguments.
    additionalProperties: refTo('call'),
    propertyNames: { pattern: '^(\\$(run|sleep|try)|[/a-zA-Z0-9 _-]+(\\.[/a-zA-Z0-9 _-]+)?)$' },
  };
}

/** Arguments by name; `output` is the caller's. */
export const callSchema = (output: Field): JsonObject => ({
  description: 'Calls the automation of that name. Its arguments by name; its answer goes to `output`.',
  type: ['object', 'string'],
  pattern: '\\{\\{|\\{%',
  properties: { output: fieldSchema(output) },
});

function shapeSchema({ description, takes, short, mayBeEmpty }: InstructionShape): JsonObject {
  if (takes === 'anything') return { description, not: { type: 'null' } };
  if (takes === 'instructions') return { description, type: 'array', items: refTo('instruction') };
  if (takes === 'branches') {
    return {
      description,
      type: 'object',
      properties: { default: { ...refTo('instructions'), description: 'When no expression is true.' } },
      additionalProperties: refTo('instructions'),
    };
  }
  const { fields, atLeastOne, notTogether } = takes;
  const mapping = fieldsSchema(fields);
  const rules = {
    ...(atLeastOne && { anyOf: atLeastOne.map((name) => ({ required: [name], properties: present(name) })) }),
    ...(notTogether && { not: { required: notTogether, properties: Object.assign({}, ...notTogether.map(present)) } }),
  };
  if (short) {
    const text = fieldSchema({ description, kinds: [short], required: true });
    return { description, if: { type: 'object' }, then: { ...mapping, ...rules }, else: text };
  }
  return { description, ...mapping, ...rules, ...(mayBeEmpty && { type: ['object', 'null'] }) };
}

/** Written, and not left empty. */
const present = (name: string): JsonObject => ({ [name]: { not: { type: 'null' } } });

function fieldsSchema(table: FieldTable): JsonObject {
  const required = Object.entries(table).flatMap(([name, field]) => (field.required ? [name] : []));
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(table).map(([name, field]) => [name, oneField(field)])),
    additionalProperties: false,
    ...(required.length > 0 && { required }),
  };
}

function oneField(field: Field): JsonObject {
  if (field.parts) return partsSchema(field, field.parts);
  if (typeof field.holds !== 'object') return fieldSchema(field);
  return { description: field.description, type: 'array', minItems: 1, items: fieldsSchema(field.holds.listOf) };
}

/** A template may stand for the whole, and for each item of a list. */
function partsSchema(field: Field, parts: FieldTable): JsonObject {
  const { type: _object, ...fields } = fieldsSchema(parts);
  if (!field.kinds?.includes('list')) return { ...fieldSchema(field), ...fields };
  const item = { description: 'A mapping, or a template.', kinds: ['mapping'], required: true } as const;
  return { ...fieldSchema(field), items: { ...fieldSchema(item), ...fields } };
}
