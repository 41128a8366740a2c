import type { FieldTable } from '../field-table';

export const deleteFields = {
  name: { description: 'Variable, key or item to remove, such as `user.name`.', holds: 'variable', required: true },
} as const satisfies FieldTable;
