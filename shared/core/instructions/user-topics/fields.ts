import { outputField, type FieldTable } from '../field-table';

const topic = { description: "The topic's name.", kinds: ['text'], required: true } as const;

export const createUserTopicFields = {
  topic,
  userIds: { description: 'Users that are named in the event.', kinds: ['list', 'text'] },
  output: outputField,
} as const satisfies FieldTable;

export const joinUserTopicFields = {
  topic,
  userIds: { description: 'Who joins; absent, the user of the session.', kinds: ['list', 'text'] },
  create: {
    description: 'Make the topic when there is none; `false` fails instead.',
    kinds: ['boolean'],
    default: true,
  },
  output: outputField,
} as const satisfies FieldTable;
