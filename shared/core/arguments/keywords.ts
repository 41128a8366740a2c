/** What stands under a keyword; decides how the compiler checks it and where further schemas are inside. */
export type Shape =
  | 'type' | 'schema' | 'schemas' | 'schemasByName' | 'schemasByPattern' | 'items' | 'dependencies'
  | 'number' | 'positive' | 'count' | 'boolean' | 'names' | 'values' | 'value' | 'pattern' | 'format' | 'ref'; // prettier-ignore

/** Values of one JSON type; keywords without one hold for every value. */
export type ValueType = 'number' | 'string' | 'array' | 'object';

/**
 * The keywords that are judged, in the order in which ajv judges them (within a schema: those of every value, then by
 * type). Any other keyword means nothing here and is left out.
 */
export const keywords = {
  $ref: { shape: 'ref' },
  type: { shape: 'type' },
  const: { shape: 'value' },
  enum: { shape: 'values' },
  not: { shape: 'schema' },
  anyOf: { shape: 'schemas' },
  oneOf: { shape: 'schemas' },
  allOf: { shape: 'schemas' },
  if: { shape: 'schema' },
  then: { shape: 'schema' },
  else: { shape: 'schema' },
  maximum: { shape: 'number', of: 'number' },
  minimum: { shape: 'number', of: 'number' },
  exclusiveMaximum: { shape: 'number', of: 'number' },
  exclusiveMinimum: { shape: 'number', of: 'number' },
  multipleOf: { shape: 'positive', of: 'number' },
  maxLength: { shape: 'count', of: 'string' },
  minLength: { shape: 'count', of: 'string' },
  pattern: { shape: 'pattern', of: 'string' },
  format: { shape: 'format', of: 'string' },
  maxItems: { shape: 'count', of: 'array' },
  minItems: { shape: 'count', of: 'array' },
  additionalItems: { shape: 'schema', of: 'array' },
  items: { shape: 'items', of: 'array' },
  contains: { shape: 'schema', of: 'array' },
  uniqueItems: { shape: 'boolean', of: 'array' },
  maxProperties: { shape: 'count', of: 'object' },
  minProperties: { shape: 'count', of: 'object' },
  required: { shape: 'names', of: 'object' },
  propertyNames: { shape: 'schema', of: 'object' },
  additionalProperties: { shape: 'schema', of: 'object' },
  dependencies: { shape: 'dependencies', of: 'object' },
  properties: { shape: 'schemasByName', of: 'object' },
  patternProperties: { shape: 'schemasByPattern', of: 'object' },
  // Not judged: what `$ref` may point into.
  definitions: { shape: 'schemasByName' },
  $defs: { shape: 'schemasByName' },
} as const satisfies Record<string, { readonly shape: Shape; readonly of?: ValueType }>;

export type Keyword = keyof typeof keywords;

export const isKeyword = (key: string): key is Keyword => Object.hasOwn(keywords, key);
