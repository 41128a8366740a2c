import type { FieldTable } from '../field-table';

export const repeatFields = {
  on: {
    description: 'List or object; each turn has `item` and `$index`.',
  },
  until: { description: 'Number of turns at most.', kinds: ['number'] },
  do: { description: 'Instructions of each turn.', holds: 'instructions', required: true },
} as const satisfies FieldTable;
