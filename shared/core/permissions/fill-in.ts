import { isObject, type Json, type JsonObject } from '../json';

/** What placeholders stand for, by name (`user.id`); absent = not known. */
export type Known = { readonly [name: string]: string | readonly string[] | undefined };

const PLACEHOLDER = /\$\{([\w.]+)\}|\{\{([\w.]+)\}\}/g;
const WHOLE = /^(?:\$\{([\w.]+)\}|\{\{([\w.]+)\}\})$/;

/**
 * Conditions with `${user.id}` and the like filled in, in keys too.
 * @returns undefined when one of them is not known, or leaves `$in` without a list: then the rule counts for nothing
 */
export function fillIn(conditions: JsonObject, known: Known): JsonObject | undefined {
  const filled = fillValue(conditions, known);
  return filled !== undefined && isObject(filled) ? filled : undefined;
}

/** Conditions as their form can be judged before anybody asks: a placeholder where a list belongs becomes one. */
export function withListsFor(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withListsFor);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isPlaceholderForList(key, inner) ? [] : withListsFor(inner)]),
  );
}

const isPlaceholderForList = (key: string, value: Json): boolean =>
  ['$in', '$nin', '$all'].includes(key) && typeof value === 'string' && WHOLE.test(value);

function fillValue(value: Json, known: Known): Json | undefined {
  if (typeof value === 'string') return fillWhole(value, known) ?? fillText(value, known);
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => fillValue(item, known));
    return items.includes(undefined) ? undefined : (items as Json[]);
  }
  if (!isObject(value)) return value;
  const entries: (readonly [string, Json])[] = [];
  for (const [key, inner] of Object.entries(value)) {
    const [name, filled] = [fillText(key, known), fillValue(inner, known)];
    if (
      name === undefined ||
      filled === undefined ||
      (['$in', '$nin', '$all'].includes(name) && !Array.isArray(filled))
    )
      return undefined;
    entries.push([name, filled]);
  }
  return Object.fromEntries(entries);
}

/** A list stays one only where nothing stands around it. */
function fillWhole(text: string, known: Known): Json | undefined {
  const found = WHOLE.exec(text);
  return found ? valueOf(known, found[1] ?? found[2]) : undefined;
}

function fillText(text: string, known: Known): string | undefined {
  let isKnown = true;
  const filled = text.replace(PLACEHOLDER, (_, dollar?: string, braces?: string) => {
    const found = valueOf(known, dollar ?? braces);
    isKnown &&= typeof found === 'string';
    return typeof found === 'string' ? found : '';
  });
  return isKnown ? filled : undefined;
}

const valueOf = (known: Known, name = ''): Known[string] => (Object.hasOwn(known, name) ? known[name] : undefined);
