import type { FieldTable } from '../field-table';

export const sleepFields = {
  seconds: { description: 'How long, up to ten years.', kinds: ['number'] },
  until: {
    description: 'Until when: an ISO date, or milliseconds since 1970.',
    kinds: ['text', 'number'],
  },
} as const satisfies FieldTable;
