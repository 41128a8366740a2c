import { isObject, type Json } from '../json';

export const REDACTED = 'REDACTED';

/** How a text that holds secrets is shown instead. */
export type Hide = (text: string, secrets: readonly string[]) => string;

/** Each secret in it becomes `REDACTED`, the longest first. */
export const hideInside: Hide = (text, secrets) =>
  secrets.reduce((shown, secret) => shown.replaceAll(secret, () => REDACTED), text);

/** Texts worth hiding: trimmed, not empty, each once, and the longest first, since one may be inside another. */
export const knownSecrets = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))].sort((a, b) => b.length - a.length);

/**
 * The value without secrets, in texts and in keys. What holds none is returned as it is, not copied.
 * @param secrets as `knownSecrets` gives them
 */
export function redact<T>(value: T, secrets: readonly string[], hide: Hide = hideInside): T {
  return secrets.length === 0 ? value : (walk(value as Json, (text) => hidden(text, secrets, hide)) as T);
}

/** The value with each text and key put through `map`. */
export const mapTexts = <T>(value: T, map: (text: string) => string): T => walk(value as Json, map) as T;

const hidden = (text: string, secrets: readonly string[], hide: Hide): string =>
  secrets.some((secret) => text.includes(secret)) ? hide(text, secrets) : text;

function walk(value: Json, map: (text: string) => string): Json {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const after = items.map((item) => walk(item, map));
    return after.every((item, i) => item === items[i]) ? value : after;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const after = entries.map(([key, item]) => [map(key), walk(item, map)] as const);
  const same = after.every(([key, item], i) => key === entries[i]?.[0] && item === entries[i]?.[1]);
  return same ? value : Object.fromEntries(after);
}
