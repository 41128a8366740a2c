import { isObject, type Json, type JsonObject, type Value } from '../json';
import { getOwn } from '../run/to-json';
import { REDACTED } from './redact';

/** Keys from an automation's arguments to a secret one; `*` = each item of a list. */
export type SecretPath = readonly string[];

const EACH = '*';

/** Where declared arguments say `secret: true`. */
export function secretPaths(declared: JsonObject): readonly SecretPath[] {
  return Object.entries(declared).flatMap(([name, schema]) => pathsIn(schema, [name]));
}

function pathsIn(schema: Json, at: SecretPath): SecretPath[] {
  if (!isObject(schema)) return [];
  if (schema['secret'] === true) return [at];
  const { properties, items } = schema;
  return [
    ...(isObject(properties)
      ? Object.entries(properties).flatMap(([name, property]) => pathsIn(property, [...at, name]))
      : []),
    ...(items === undefined ? [] : pathsIn(items, [...at, EACH])),
  ];
}

/** Every text that these arguments hold in secret places. */
export const secretTexts = (args: JsonObject, paths: readonly SecretPath[]): readonly string[] =>
  paths.flatMap((path) => textsAt(args, path));

function textsAt(value: Value, path: SecretPath): string[] {
  const [key, ...rest] = path;
  if (key === undefined) return textsOf(value);
  if (Array.isArray(value)) return key === EACH ? value.flatMap((item: Json) => textsAt(item, rest)) : [];
  return isObject(value) ? textsAt(getOwn(value, key), rest) : [];
}

function textsOf(value: Value): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap((inner: Json) => textsOf(inner))
    : [];
}

/** As others may see it: every value in a secret place is `REDACTED`. */
export function hideSecrets(value: JsonObject, paths: readonly SecretPath[]): JsonObject {
  return paths.reduce((shown, path) => hiddenAt(shown, path) as JsonObject, value);
}

function hiddenAt(value: Json, path: SecretPath): Json {
  const [key, ...rest] = path;
  if (key === undefined) return REDACTED;
  if (Array.isArray(value)) return key === EACH ? value.map((item: Json) => hiddenAt(item, rest)) : value;
  if (!isObject(value) || !Object.hasOwn(value, key)) return value;
  // Not by assignment: `__proto__` is a name like any other.
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, name === key ? hiddenAt(one, rest) : one]),
  );
}
