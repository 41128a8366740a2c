/**
 * The JSON Schemas of what authors write, for editors: made from the tables that the compiler checks by, so that an
 * editor and the compiler say the same of a document's shape. What expressions and templates mean, only the compiler says.
 */
import { automationFields } from '../automation/automation-fields';
import type { DocumentField, DocumentTable } from '../automation/document-table';
import { outputField } from '../instructions/field-table';
import type { JsonObject } from '../json';
import { importFields } from '../workspaces/import-fields';
import { indexFields } from '../workspaces/index-fields';
import { argumentSchema } from './argument-schema';
import { callSchema, instructionSchema } from './instruction-schema';
import { refTo } from './value-schemas';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** Of a file in `automations/`: the automation, or one key around it that is its slug. */
export function automationSchema(): JsonObject {
  const fields = Object.keys(automationFields);
  return {
    $schema: DRAFT,
    title: 'Automation',
    type: 'object',
    if: {
      minProperties: 1,
      maxProperties: 1,
      propertyNames: { not: { enum: fields } },
      additionalProperties: { type: 'object' },
    },
    then: { additionalProperties: refTo('automation'), propertyNames: { pattern: '^[/a-zA-Z0-9 _-]+$' } },
    else: refTo('automation'),
    definitions: {
      automation: tableSchema(automationFields),
      instructions: { type: ['array', 'null'], items: refTo('instruction') },
      instruction: instructionSchema(),
      call: callSchema(outputField),
      argument: argumentSchema(),
    },
  };
}

/** Of `index.yml`. */
export const indexSchema = (): JsonObject => ({ $schema: DRAFT, title: 'Workspace', ...tableSchema(indexFields) });

/** Of a file in `imports/`. */
export const importSchema = (): JsonObject => ({
  $schema: DRAFT,
  title: 'Installed app',
  ...tableSchema(importFields),
});

function tableSchema(table: DocumentTable): JsonObject {
  const required = Object.entries(table).flatMap(([name, field]) => (field.required ? [name] : []));
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(table).map(([name, field]) => [name, fieldSchema(field)])),
    additionalProperties: false,
    ...(required.length > 0 && { required }),
  };
}

function fieldSchema({ description, is, default: preset, readOnly, deprecated }: DocumentField): JsonObject {
  return {
    description,
    ...(preset !== undefined && { default: preset }),
    ...(readOnly && { readOnly }),
    ...(deprecated && { deprecationMessage: description }),
    ...schemaOf(is),
  };
}

function schemaOf(is: DocumentField['is']): JsonObject {
  switch (is) {
    case 'anything':
      return {};
    case 'text':
      return { type: ['string', 'null'] };
    case 'name':
      return { type: ['string', 'object'], ...byLanguage, pattern: '\\S', maxLength: 200 };
    case 'localized':
      return { type: ['string', 'object', 'null'], ...byLanguage };
    case 'boolean':
      return { type: ['boolean', 'null'] };
    case 'texts':
      return { type: ['array', 'null'], items: { type: 'string' } };
    case 'mapping':
      return { type: ['object', 'null'] };
    case 'endpoint':
      return { type: ['boolean', 'string', 'null'], minLength: 1 };
    case 'instructions':
      return refTo('instructions');
    case 'arguments':
      return { type: ['object', 'null'], additionalProperties: refTo('argument') };
    default:
      return groupSchema(is);
  }
}

const byLanguage: JsonObject = { additionalProperties: { type: 'string' } };

/** A mapping with fields of its own; of some at least one must say something. */
function groupSchema({ fields, atLeastOne }: Extract<DocumentField['is'], object>): JsonObject {
  const something: JsonObject = { not: { enum: [null, false, []] } };
  return {
    ...tableSchema(fields),
    type: ['object', 'null'],
    ...(atLeastOne && {
      if: { type: 'object' },
      then: { anyOf: atLeastOne.map((name) => ({ required: [name], properties: { [name]: something } })) },
    }),
  };
}
