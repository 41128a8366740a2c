import type { Json } from '../json';

/** What a constant may be. A text with a template in it may become anything. */
export type Kind = 'text' | 'number' | 'boolean' | 'list' | 'mapping';

/** One parameter of an instruction: what the compiler checks, and what editors show and complete. */
export interface Field {
  /** For readers: a clause or two, in Markdown. */
  readonly description: string;
  /** Absent: anything. */
  readonly kinds?: readonly Kind[];
  /** Lower case; the compiler takes any case. */
  readonly oneOf?: readonly string[];
  /** What a field holds that is no plain value: a variable's name, instructions, or mappings of these fields. */
  readonly holds?: 'variable' | 'instructions' | { readonly listOf: FieldTable };
  /** Fields of the mapping, or of each mapping of the list, where it is written out and no template. */
  readonly parts?: FieldTable;
  readonly required?: true;
  /** What holds where the field is absent. */
  readonly default?: Json;
  /** Accepted from older documents. */
  readonly deprecated?: true;
}

export type FieldTable = { readonly [name: string]: Field };

/** What stands under an instruction's name. */
export interface InstructionShape {
  readonly description: string;
  readonly takes:
    | { readonly fields: FieldTable; readonly atLeastOne?: readonly string[]; readonly notTogether?: readonly string[] }
    | 'instructions'
    | 'branches'
    | 'anything';
  /** Instead of its fields. */
  readonly short?: Kind;
  /** Nothing at all will do. */
  readonly mayBeEmpty?: true;
}

/** The result's variable, the same for every instruction that has one. */
export const outputField: Field = {
  description: 'Variable that the result is put into, such as `answer`, `session.answer` or `list[]`.',
  holds: 'variable',
};
