import { authorizationsFields, automationFields, whenFields } from '../../../shared/core/automation/automation-fields';
import type { DocumentField, DocumentTable } from '../../../shared/core/automation/document-table';
import type { Field, FieldTable } from '../../../shared/core/instructions/field-table';
import { instructionShapes } from '../../../shared/core/instructions/shapes';
import { json, table } from './markdown';

/** Fields of an instruction, with those of the mappings inside. */
export function instructionFields(instruction: string): string {
  const shape = instructionShapes[instruction];
  if (!shape || typeof shape.takes === 'string') throw new Error(`${instruction} has no fields`);
  return table(['Field', 'Takes', 'When absent', 'Meaning'], rowsOf(shape.takes.fields, ''));
}

const rowsOf = (fields: FieldTable, prefix: string): string[][] =>
  Object.entries(fields).flatMap(([name, field]) => [
    [`\`${prefix}${name}\``, takes(field), absentMeans(field), field.description],
    ...(typeof field.holds === 'object' ? rowsOf(field.holds.listOf, `${prefix}${name}[].`) : []),
  ]);

function takes({ kinds, oneOf, holds }: Field): string {
  if (oneOf) return oneOf.map((one) => `\`${one}\``).join(', ');
  if (typeof holds === 'object') return 'list';
  return holds ?? kinds?.join(' or ') ?? 'anything';
}

const absentMeans = ({ required, default: standard }: Pick<Field, 'required' | 'default'>): string =>
  required ? '**required**' : standard === undefined ? '' : json(standard);

const documents: { readonly [name: string]: DocumentTable } = {
  automation: automationFields,
  when: whenFields,
  authorizations: authorizationsFields,
};

/** Fields of an automation, or of a part of it. */
export function documentFields(of: string): string {
  const fields = documents[of];
  if (!fields) throw new Error(`no document is called ${of}`);
  const rows = Object.entries<DocumentField>(fields)
    .filter(([, { readOnly }]) => !readOnly)
    .map(([name, field]) => [`\`${name}\``, named(field.is), absentMeans(field), field.description]);
  return table(['Field', 'Takes', 'When absent', 'Meaning'], rows);
}

const named = (is: DocumentField['is']): string => {
  if (typeof is === 'object') return 'mapping';
  const names = { name: 'text', localized: 'text', texts: 'list of texts', endpoint: '`true` or a name' } as const;
  return is in names ? names[is as keyof typeof names] : is;
};
