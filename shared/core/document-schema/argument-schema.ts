import { keywords, type Shape } from '../arguments/keywords';
import { JSON_TYPES, LOCALIZED_TYPES } from '../arguments/types';
import type { JsonObject } from '../json';
import { refTo } from './value-schemas';

const argument = refTo('argument');
const inside: JsonObject = { anyOf: [argument, { type: 'boolean' }] };
const names: JsonObject = { type: 'array', items: { type: 'string' } };
const type: JsonObject = { enum: [...JSON_TYPES, ...LOCALIZED_TYPES] };

const byShape: { readonly [shape in Shape]: JsonObject } = {
  type: { anyOf: [type, { type: 'array', minItems: 1, items: type }] },
  schema: inside,
  schemas: { type: 'array', minItems: 1, items: inside },
  schemasByName: { type: 'object', additionalProperties: inside },
  schemasByPattern: { type: 'object', additionalProperties: inside },
  items: { anyOf: [argument, { type: 'boolean' }, { type: 'array', items: inside }] },
  dependencies: { type: 'object', additionalProperties: { anyOf: [names, argument, { type: 'boolean' }] } },
  number: { type: 'number' },
  positive: { type: 'number', exclusiveMinimum: 0 },
  count: { type: 'integer', minimum: 0 },
  boolean: { type: 'boolean' },
  names: { anyOf: [names, { type: 'boolean' }] },
  values: { type: 'array', minItems: 1 },
  value: {},
  pattern: { type: 'string' },
  format: { type: 'string' },
  ref: { type: 'string', pattern: '^#' },
};

/** The schema of one declared argument; keywords that nobody knows are left alone. */
export const argumentSchema = (): JsonObject => ({
  type: 'object',
  properties: {
    ...Object.fromEntries(Object.entries(keywords).map(([name, { shape }]) => [name, orNothing(byShape[shape])])),
    title: { description: 'Shown instead of the name.' },
    description: { description: 'What it is for.' },
    secret: { description: 'Its value is shown nowhere.', type: ['boolean', 'null'], default: false },
    'ui:widget': { description: 'For editors.' },
    'ui:options': { description: 'For editors.' },
  },
});

/** A keyword with nothing behind it is absent. */
const orNothing = (schema: JsonObject): JsonObject =>
  Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: 'null' }] };
