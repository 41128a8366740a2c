import { auditFields, type DocumentTable } from '../automation/document-table';

/** The fields of a file in `imports/`. */
export const importFields = {
  appSlug: {
    description: 'The app: the slug it was published under, or the name or slug of a folder beside this one.',
    is: 'text',
    required: true,
  },
  slug: { description: 'Given by the name of the file; here it may only say the same.', is: 'text' },
  appVersion: {
    description: 'A published version, or `current`, the only one that a folder has.',
    is: 'text',
    default: 'current',
  },
  appName: { description: 'Display name of the app.', is: 'anything' },
  config: { description: "Put over the app's own config; `{{config.<name>}}` is this workspace's.", is: 'mapping' },
  disabled: { description: 'As if it were not installed.', is: 'boolean', default: false },
  labels: { description: 'Tags for readers.', is: 'texts' },
  ...auditFields,
} as const satisfies DocumentTable;
