import { sha256Hex } from '../hash';
import type { Json } from '../json';
import { utf8Length } from './context-size';

/** Characters of a value's JSON that lists of runs keep; a larger one is named, and the trace has it whole. */
const MOST = 8_192;
const PREVIEW = 500;

/** The value, or `{ref, bytes, preview}`. @param sha256 hexadecimal, of a text: a faster one where there is one */
export function fitValue(value: Json, sha256: (text: string) => string = sha256Hex): Json {
  const text = JSON.stringify(value);
  if (text.length <= MOST) return value;
  return { ref: `b:${sha256(text)}`, bytes: utf8Length(text), preview: text.slice(0, PREVIEW) };
}
