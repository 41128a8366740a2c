import type { FieldTable } from '../field-table';

export const SET_MODES = ['replace', 'merge', 'push'] as const;

export const setFields = {
  name: {
    description: 'Variable to write, such as `x`, `user.name` or `list[]`.',
    holds: 'variable',
    required: true,
  },
  value: { description: 'New value; texts in it may have templates.' },
  type: {
    description: '`replace` the value, `merge` into an object or list, `push` to a list.',
    kinds: ['text'],
    oneOf: SET_MODES,
    default: 'replace',
  },
  interface: { description: 'For editors; no effect.' },
  lifespan: { description: 'No effect; see the lifetimes of contexts.', deprecated: true },
} as const satisfies FieldTable;
