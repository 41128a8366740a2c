import type { Json, JsonObject } from '../json';
import type { Field, Kind } from '../instructions/field-table';

/** A text whose value only the run knows. */
const TEMPLATE = '\\{\\{|\\{%';
const NUMBER = '^\\s*[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?\\s*$';

export const refTo = (name: string): JsonObject => ({ $ref: `#/definitions/${name}` });

const typeOf: { readonly [kind in Kind]: readonly string[] } = {
  // Numbers are written without quotes so often.
  text: ['string', 'number'],
  number: ['number'],
  boolean: ['boolean'],
  list: ['array'],
  mapping: ['object'],
};

/** What a field takes; where nothing is written, the field is absent. */
export function fieldSchema(field: Field): JsonObject {
  const { description, default: preset, deprecated } = field;
  const notes = {
    description,
    ...(preset !== undefined && { default: preset }),
    ...(deprecated && { deprecationMessage: description }),
  };
  return { ...notes, ...valueSchema(field) };
}

function valueSchema({ kinds = [], oneOf, holds, required }: Field): JsonObject {
  if (holds === 'variable') return required ? { type: 'string' } : { type: ['string', 'null'], minLength: 1 };
  if (holds === 'instructions') return refTo('instructions');
  if (holds) throw new Error('cannot happen: lists of mappings have a schema of their own');
  if (oneOf) return { anyOf: [{ enum: inBothCases(oneOf) }, { type: 'string', pattern: TEMPLATE }, { type: 'null' }] };
  if (kinds.length === 0) return {};
  const nothing = required ? [] : ['null'];
  return { type: [...new Set([...kinds.flatMap((kind) => typeOf[kind]), 'string', ...nothing])], ...textFor(kinds) };
}

/** Which texts stand for a value that is no text. */
function textFor(kinds: readonly Kind[]): JsonObject {
  if (kinds.includes('text')) return {};
  return { pattern: kinds.includes('number') ? `${TEMPLATE}|${NUMBER}` : TEMPLATE };
}

const inBothCases = (values: readonly string[]): readonly Json[] => [
  ...values,
  ...values.map((value) => value.toUpperCase()),
];
