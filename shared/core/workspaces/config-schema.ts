import { toSchema, type SchemaProblem } from '../arguments/to-schema';
import { validate, type Violation } from '../arguments/validate';
import { isObject, type Json, type JsonObject } from '../json';

/** What a workspace says of its config in `config.schema`. */
export interface ConfigSchema {
  /** Described one by one, as arguments are. */
  readonly fields: JsonObject;
  /** Of a JSON Schema what it says of the whole: `required`, `additionalProperties`, … */
  readonly whole: JsonObject;
}

/** Fields by name, or a JSON Schema of an object: that has a text as its `type` or `$schema`, where a field is a mapping. */
export function configSchema(written: Json | undefined): ConfigSchema {
  if (!isObject(written)) return { fields: {}, whole: {} };
  if (typeof written['type'] !== 'string' && typeof written['$schema'] !== 'string')
    return { fields: written, whole: {} };
  const { properties, ...whole } = written;
  return { fields: isObject(properties) ? properties : {}, whole };
}

/** What no validator could use of a schema. */
export const schemaProblems = ({ fields, whole }: ConfigSchema): readonly SchemaProblem[] => [
  ...toSchema(fields).problems,
  ...toSchema({ config: whole }).problems.map(({ path, ...problem }) => ({ ...problem, path: path.slice(1) })),
];

/**
 * Fields with a template in them are taken for what they will be: only who fills them in knows.
 * @returns what is wrong with each field, and then with the whole; [] also for a schema that cannot be used
 */
export function judgeConfig(schema: ConfigSchema, config: JsonObject): readonly Violation[] {
  if (schemaProblems(schema).length > 0) return [];
  const { config: whole } = toSchema({ config: schema.whole }).schema['properties'] as JsonObject;
  const open = new Set(Object.keys(config).filter((name) => isOpen(config[name] ?? null)));
  const found: Violation[] = [];
  for (;;) {
    const opened = Object.fromEntries([...open].map((name) => [name, {}]));
    const fields = toSchema({ ...schema.fields, ...opened }).schema;
    const violations = validate({ ...(whole as JsonObject), ...fields }, config);
    found.push(...violations);
    // The validator stops at the first: the next one is looked for without that field.
    const field = fieldOf(violations.at(-1), config);
    if (field === undefined || open.has(field)) return found;
    open.add(field);
  }
}

const fieldOf = (violation: Violation | undefined, config: JsonObject): string | undefined =>
  Object.keys(config).find((name) => {
    const at = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return violation?.instancePath === at || violation?.instancePath.startsWith(`${at}/`);
  });

const isOpen = (value: Json): boolean => JSON.stringify(value).includes('{{');
