import type { Json } from '../json';

/** Characters of a value's JSON that lists of runs keep; a larger one is named, and the trace has it whole. */
const MOST = 8_192;
const PREVIEW = 500;

/** The value, or `{ref, bytes, preview}`. @param hash hex sha256 of a text, and its length in bytes */
export function fitValue(
  value: Json,
  hash: (text: string) => { readonly sha256: string; readonly bytes: number },
): Json {
  const text = JSON.stringify(value);
  if (text.length <= MOST) return value;
  const { sha256, bytes } = hash(text);
  return { ref: `b:${sha256}`, bytes, preview: text.slice(0, PREVIEW) };
}
