import { auditFields, type DocumentTable } from '../automation/document-table';

/** The fields of `index.yml`: what the compiler takes, and what editors show and complete. */
export const indexFields = {
  name: { description: 'Display name: a text, or one by language.', is: 'localized' },
  slug: { description: 'Lower-case letters, digits, `/` and `-`.', is: 'text' },
  id: { description: 'Given by the platform.', is: 'anything', readOnly: true },
  description: { description: 'What the workspace is for.', is: 'anything' },
  photo: { description: 'Address of a picture.', is: 'anything' },
  labels: { description: 'Tags for readers.', is: 'anything' },
  config: {
    description:
      'Values that automations read as `{{config.<name>}}`, or `{value, schema, block}` with them in `value`.',
    is: 'mapping',
  },
  secrets: { description: 'Names of secrets, for editors.', is: 'anything' },
  imports: { description: 'Not read here: one file each in `imports/`.', is: 'anything', deprecated: true },
  automations: { description: 'Not read here: one file each in `automations/`.', is: 'anything', deprecated: true },
  blocks: { description: 'Blocks of pages.', is: 'anything' },
  pages: { description: 'Not read here: one file each in `pages/`.', is: 'anything', deprecated: true },
  customDomains: { description: 'Domains of its pages.', is: 'anything' },
  registerWorkspace: {
    description: '`true`: automations of all workspaces find it in `global.workspacesRegistry`.',
    is: 'anything',
  },
  repositories: { description: 'Git repositories it is kept in.', is: 'anything' },
  ...auditFields,
} as const satisfies DocumentTable;
