import { outputField, type FieldTable } from '../field-table';

export const waitedFields = {
  event: { description: 'Name of the event.', kinds: ['text'], required: true },
  filters: {
    description: 'Fields that must be equal, such as `payload.id: "{{id}}"`.',
    kinds: ['mapping'],
  },
  cancelTriggers: {
    description: 'The event that ends this wait starts no automation.',
    kinds: ['boolean'],
    default: false,
  },
} as const satisfies FieldTable;

export const waitFields = {
  oneOf: { description: 'Events; the first that comes ends the wait.', holds: { listOf: waitedFields } },
  timeout: { description: 'Seconds; then the run goes on without an event.', kinds: ['number'], default: 20 },
  output: outputField,
  action: { description: 'Wait for an answer to an action.' },
} as const satisfies FieldTable;
