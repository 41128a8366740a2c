import { outputField, type FieldTable } from '../field-table';

export const emitFields = {
  event: {
    description: 'Name of the event: letters, digits, blank, `.`, `_` and `-`.',
    kinds: ['text'],
    required: true,
  },
  payload: { description: 'What the event carries: a mapping.', kinds: ['mapping'] },
  target: {
    description: 'Who may read the event, such as `{userId: ada}` or `{userTopic: news}`.',
    kinds: ['mapping'],
  },
  options: { description: 'How the event is kept and shown.', kinds: ['mapping'] },
  private: { description: '`true`: the event is not listed among those that the automation sends.' },
  autocomplete: { description: 'For editors; no effect.' },
  output: outputField,
} as const satisfies FieldTable;
