import type { FieldTable } from '../field-table';

export const breakFields = {
  scope: {
    description: '`automation` ends this one; `all` ends its callers too.',
    kinds: ['text'],
    oneOf: ['automation', 'all'],
    default: 'automation',
  },
} as const satisfies FieldTable;
