import type { Json } from '../json';

/** A field of a document, outside of instructions: nothing there is a template, except `output`. */
export interface DocumentField {
  /** For readers: a clause or two, in Markdown. */
  readonly description: string;
  readonly is:
    | 'anything' | 'text' | 'localized' | 'name' | 'boolean' | 'texts' | 'mapping' | 'endpoint'
    | 'instructions' | 'arguments' | { readonly fields: DocumentTable; readonly atLeastOne?: readonly string[] }; // prettier-ignore
  readonly required?: true;
  readonly default?: Json;
  /** Written by the platform. */
  readonly readOnly?: true;
  readonly deprecated?: true;
}

export type DocumentTable = { readonly [name: string]: DocumentField };

/** Who wrote it and when. */
export const auditFields = {
  createdAt: { description: 'When it was created.', is: 'anything', readOnly: true },
  createdBy: { description: 'Who created it.', is: 'anything', readOnly: true },
  updatedAt: { description: 'When it was last changed.', is: 'anything', readOnly: true },
  updatedBy: { description: 'Who last changed it.', is: 'anything', readOnly: true },
} as const satisfies DocumentTable;
