import { outputField, type FieldTable } from '../field-table';

export const tryFields = {
  do: { description: 'Instructions that may fail.', holds: 'instructions', required: true },
  catch: { description: 'Instructions after a failure.', holds: 'instructions' },
  output: { ...outputField, description: 'Variable that the error is put into.', default: 'error' },
} as const satisfies FieldTable;
