import type { Value } from './json';

/**
 * JSON text that is equal for equal values: object keys sorted by code unit, no spaces, absent (∅) fields left out.
 * A number that JSON cannot hold is written `null`, as `JSON.stringify` does.
 */
export function canonicalJson(value: Value): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as { readonly [key: string]: Value };
  let text = '';
  for (const key of Object.keys(object).sort()) {
    const field = object[key];
    if (field !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(field)}`;
  }
  return `{${text}}`;
}
