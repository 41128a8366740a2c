import type { Event } from '../events/event';
import { isObject, type Json, type JsonObject } from '../json';
import { scalarText } from './query';

type FieldKind = 'date' | 'number' | 'keyword' | 'payload';

const NUMBERS = new Set(['size', 'source.appInstanceDepth', 'source.automationDepth']);

/** How values of a field compare: those of the payload are keywords, whatever they look like. */
export function fieldKind(field: string): FieldKind {
  if (field === 'createdAt') return 'date';
  if (NUMBERS.has(field)) return 'number';
  return field === 'payload' || field.startsWith('payload.') ? 'payload' : 'keyword';
}

/**
 * Values of a field as texts. A dotted path goes through lists, and a key with dots is the path that it looks like;
 * `payload` alone is every value below it. Null is no value.
 */
export function fieldValues(event: Event, field: string): readonly string[] {
  const found: string[] = [];
  if (field === 'payload') for (const text of textsBelow(event.payload)) found.push(text);
  else collect(event as unknown as Json, field, found);
  return found;
}

/** Dates as milliseconds, numbers as they are; texts that are neither have no number. */
export function fieldNumbers(event: Event, field: string): readonly number[] {
  const toNumber = fieldKind(field) === 'date' ? Date.parse : Number;
  return fieldValues(event, field)
    .map(toNumber)
    .filter((value) => !Number.isNaN(value));
}

/** An object outside of the payload is there when anything below it is; within the payload only values count. */
export const fieldExists = (event: Event, field: string): boolean =>
  fieldValues(event, field).length > 0 ||
  (fieldKind(field) === 'keyword' && objectAt(event as unknown as Json, field) !== undefined);

/** A stack of our own, as below: how deep lists are nested is the sender's choice. */
function collect(root: Json, field: string, into: string[]): void {
  const stack: [value: Json, path: string][] = [[root, field]];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [value, path] = next;
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) stack.push([value[i] as Json, path]);
    } else if (path === '') {
      const text = scalarText(value);
      if (text !== undefined) into.push(text);
    } else if (isObject(value)) pushBelow(value, path, stack);
  }
}

/** What stands under the path's first key, or under a key that is the path's first keys with their dots. */
function pushBelow(value: JsonObject, path: string, stack: [Json, string][]): void {
  for (let dot = path.indexOf('.'); ; dot = path.indexOf('.', dot + 1)) {
    const key = dot < 0 ? path : path.slice(0, dot);
    if (Object.hasOwn(value, key)) stack.push([value[key] as Json, dot < 0 ? '' : path.slice(dot + 1)]);
    if (dot < 0) return;
  }
}

/** A value below an object, for `exists` on envelope objects such as `target`. */
function objectAt(value: Json, path: string): string | undefined {
  let at: Json | undefined = value;
  for (const key of path.split('.')) at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  if (!isObject(at)) return undefined;
  for (const text of textsBelow(at)) return text;
  return undefined;
}

/** Every scalar below a value, as text. A stack of our own: how deep values are nested is the sender's choice. */
export function* textsBelow(value: Json | undefined): Generator<string> {
  const stack: (Json | undefined)[] = [value];
  while (stack.length > 0) {
    const one = stack.pop();
    if (Array.isArray(one)) for (let i = one.length - 1; i >= 0; i--) stack.push(one[i] as Json);
    else if (isObject(one)) {
      const values = Object.values(one);
      for (let i = values.length - 1; i >= 0; i--) stack.push(values[i]);
    } else if (one !== undefined) {
      const text = scalarText(one);
      if (text !== undefined) yield text;
    }
  }
}
