import { fastFormats } from 'ajv-formats/dist/formats';
import type { Json } from '../json';

export interface Format {
  /** Values of another type pass. */
  readonly of: 'string' | 'number';
  readonly test: (value: Json) => boolean;
}

/** No link is longer in practice; the pattern for `url` takes time that grows with the square of the length. */
const URL_MAX_LENGTH = 2_048;

/** The platform's own. */
const own: { readonly [name: string]: RegExp } = {
  workspaceId: /^[\w_-]{7}$/,
  objectId: /^[0-9a-fA-F]{24}$/,
  identifier: /^[a-zA-Z0-9_ -]{12,48}$/,
  name: /^[a-z ,.'-]{2,60}$/i,
  // Theirs keeps a position between calls, which a shared module must not.
  byte: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
};

/** By name: the usual ones in ajv's fast mode (`2024-13-01` passes `date`), and four of our own. */
export const formats: ReadonlyMap<string, Format> = new Map(
  Object.entries({ ...fastFormats, ...own }).flatMap(([name, definition]): [string, Format][] => {
    const format = formatOf(definition);
    return format ? [[name, name === 'url' ? shortOnly(format) : format]] : [];
  }),
);

/** Named for readers and editors, without a rule of their own. */
export const isFormat = (name: string): boolean => formats.has(name) || name === 'password' || name === 'binary';

type Definition = (typeof fastFormats)[keyof typeof fastFormats] | RegExp;

function formatOf(definition: Definition): Format | null {
  if (typeof definition === 'boolean') return null;
  if (definition instanceof RegExp) return { of: 'string', test: (value) => definition.test(value as string) };
  if (typeof definition === 'function')
    return { of: 'string', test: (value) => Boolean((definition as (text: string) => unknown)(value as string)) };
  if (typeof definition !== 'object') return null;
  const { type, validate } = definition as { readonly type?: string; readonly validate?: unknown };
  const inner = formatOf(validate as Definition);
  return inner && { of: type === 'number' ? 'number' : 'string', test: inner.test };
}

function shortOnly({ of, test }: Format): Format {
  return { of, test: (value) => (value as string).length <= URL_MAX_LENGTH && test(value) };
}
