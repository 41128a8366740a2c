import { isObject, type Json, type JsonObject } from '../json';
import { resolvePointer } from './resolve-pointer';
import type { SchemaProblem } from './to-schema';

export interface FoundRef {
  readonly ref: string;
  readonly path: readonly (string | number)[];
}

/** Every `$ref` must lead to a schema of the same arguments, and not back to itself without going into the value. */
export function checkRefs(root: JsonObject, refs: readonly FoundRef[]): readonly SchemaProblem[] {
  if (refs.length === 0) return [];
  const schemas = new Set(schemasIn(root));
  return refs.flatMap(({ ref, path }): SchemaProblem[] => {
    const target = resolvePointer(root, ref);
    if (target === undefined || !schemas.has(target)) {
      const hint = 'write a pointer from the top, such as `#/properties/<argument>`';
      return [{ kind: 'value', path, message: `\`${ref}\` leads to no schema`, hint }];
    }
    return turnsInPlace(root, target) ? [{ kind: 'value', path, message: `\`${ref}\` leads back to itself` }] : [];
  });
}

const LISTS = ['anyOf', 'oneOf', 'allOf'];
const SAME_VALUE = ['not', 'if', 'then', 'else'];
const INTO_VALUE = ['additionalItems', 'contains', 'propertyNames', 'additionalProperties', 'items'];
const MAPS = ['properties', 'patternProperties', 'definitions', '$defs'];

/** Judging the same value by this schema comes back to this schema. */
function turnsInPlace(root: JsonObject, start: Json): boolean {
  const reached = new Set<Json>();
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (!isObject(at) || reached.has(at)) continue;
    reached.add(at);
    const next = inPlace(at, root);
    if (next.includes(start)) return true;
    open.push(...next);
  }
  return false;
}

function inPlace(schema: JsonObject, root: JsonObject): readonly Json[] {
  const { $ref } = schema;
  const target = typeof $ref === 'string' ? resolvePointer(root, $ref) : undefined;
  return [...sameValue(schema), ...(target === undefined ? [] : [target])];
}

/** Schemas that judge the same value. */
const sameValue = (schema: JsonObject): readonly Json[] => [
  ...LISTS.flatMap((keyword) => listOf(schema[keyword])),
  ...SAME_VALUE.flatMap((keyword) => schema[keyword] ?? []),
  ...valuesOf(schema['dependencies']).filter((needed) => !Array.isArray(needed)),
];

/** All schemas at any depth: objects by identity; `true` and `false` stand for all of theirs. */
function* schemasIn(root: Json): Generator<Json> {
  const open = [root];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    yield at;
    if (!isObject(at)) continue;
    const schema = at;
    open.push(...sameValue(schema), ...INTO_VALUE.flatMap((keyword) => schema[keyword] ?? []));
    open.push(...MAPS.flatMap((keyword) => valuesOf(schema[keyword])));
  }
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const valuesOf = (value: Json | undefined): readonly Json[] => (isObject(value) ? Object.values(value) : []);
