import type { Json, JsonObject } from '../../shared/core/json';
import { readOptions, type FileOptions } from './file-options';
import { invalid } from './refuse';

const METADATA = 'metadata.';
const OPTIONS: ReadonlySet<string> = new Set(['public', 'expiresAfter', 'shareToken']);

/** Does a field of a form say something of files? */
export const isOption = (field: string): boolean => OPTIONS.has(field) || field.startsWith(METADATA);

/** Fields of a form, each with its values in their order. */
export type FormFields = ReadonlyMap<string, readonly string[]>;

/**
 * What a form says of each of its files: a field that is there once holds for all, one that is repeated for the first,
 * the second, and so on; an empty value says nothing.
 * @throws RequestValidationError
 */
export function optionsOfFiles(fields: FormFields, count: number): readonly FileOptions[] {
  for (const [field, values] of fields)
    if (values.length > count) throw invalid(`/body/${field}`, `${values.length} values for ${count} files`);
  return Array.from({ length: count }, (_, n) => readOptions(ofFile(fields, n)));
}

function ofFile(fields: FormFields, n: number): JsonObject {
  const options: [string, Json][] = [];
  const metadata: [string, Json][] = [];
  for (const [field, values] of fields) {
    const value = values.length === 1 ? values[0] : values[n];
    if (value === undefined || value === '') continue;
    if (field.startsWith(METADATA)) metadata.push([field.slice(METADATA.length), value]);
    else options.push([field, fromText(field, value)]);
  }
  return Object.fromEntries([...options, ...(metadata.length > 0 ? [['metadata', Object.fromEntries(metadata)]] : [])]);
}

/** A form knows texts only. */
function fromText(field: string, text: string): Json {
  if (field === 'expiresAfter') return /^\d{1,12}$/.test(text) ? Number(text) : text;
  return text === 'true' ? true : text === 'false' ? false : text;
}
