import type { JsonObject } from '../json';
import { typesOf } from './types';

const PREFIX = 'localized:';

/** `localized:X` is X, or an object of X by language. The other keywords hold for each text, number or boolean. */
export function localized(schema: JsonObject): JsonObject {
  const { type, ...rules } = schema;
  const types = typesOf(type);
  const byLanguage = types.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  if (byLanguage.length === 0) return schema;
  const others = types.filter((name) => !name.startsWith(PREFIX));
  const alone = { ...rules, type: oneOrMore([...others, ...byLanguage]) };
  return {
    anyOf: [alone, { type: 'object', additionalProperties: { ...rules, type: oneOrMore(byLanguage) } }],
  };
}

const oneOrMore = (types: readonly string[]): string | readonly string[] => {
  const [first, ...others] = new Set(types);
  return first !== undefined && others.length === 0 ? first : [...new Set(types)];
};
