import { auditFields, type DocumentTable } from './document-table';

export const whenFields = {
  endpoint: {
    description: '`true`, or a name: the automation is called by HTTP under its slug, or under this name.',
    is: 'endpoint',
    default: false,
  },
  events: { description: 'Names of events that start it. There are no wildcards.', is: 'texts' },
  schedules: { description: 'Cron texts in UTC, such as `0 9 * * MON-FRI`.', is: 'texts' },
  source: { description: 'Not available yet.', is: 'anything' },
  inputs: { description: 'Not available yet.', is: 'anything' },
} as const satisfies DocumentTable;

export const authorizationsFields = {
  action: { description: 'Only roles with a rule for this action may run it.', is: 'text' },
} as const satisfies DocumentTable;

/** The fields of an automation: what the compiler takes, and what editors show and complete. */
export const automationFields = {
  name: { description: 'Display name: a text, or one by language.', is: 'name', required: true },
  slug: { description: 'Given by the name of the file; here it may only say the same.', is: 'text' },
  description: { description: 'What it is for: a text, or one by language.', is: 'localized' },
  do: { description: 'Instructions, one after another.', is: 'instructions', required: true },
  when: {
    description: 'What starts it. Without it, it is only called.',
    is: { fields: whenFields, atLeastOne: ['endpoint', 'events', 'schedules', 'source'] },
  },
  output: { description: 'The answer; texts in it may have templates.', is: 'anything', default: {} },
  arguments: { description: 'What it takes: a JSON Schema for each name.', is: 'arguments' },
  validateArguments: {
    description: 'Refuse to run with arguments that are not as declared.',
    is: 'boolean',
    default: false,
  },
  private: { description: 'Where the workspace is an app, others cannot call it.', is: 'boolean', default: false },
  disabled: { description: 'Nothing starts it, and calls do not find it.', is: 'boolean', default: false },
  authorizations: { description: 'Who may run it.', is: { fields: authorizationsFields }, default: {} },
  labels: { description: 'Tags for readers.', is: 'texts' },
  events: { description: 'Names of events sent and listened to.', is: 'anything', readOnly: true },
  ...auditFields,
} as const satisfies DocumentTable;
