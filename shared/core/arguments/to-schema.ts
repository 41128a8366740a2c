/**
 * Declared arguments -> the JSON Schema that judges them. What the language adds is translated (`localized:X`), what is
 * only for readers and editors (`secret`, `event`, `title`, `ui:*`, unknown keywords) is left out, and what no validator
 * could use is told.
 */
import { testPattern } from '../expression/evaluate/regex';
import { didYouMean } from '../automation/nearest-name';
import { isObject, type Json, type JsonObject } from '../json';
import { isFormat } from './formats';
import { isKeyword, keywords, type Shape } from './keywords';
import { localized } from './localized';
import { checkRefs, type FoundRef } from './check-refs';
import { JSON_TYPES, LOCALIZED_TYPES } from './types';

export interface SchemaProblem {
  /** `shape`: another kind of value is needed; `type`: an unknown type. */
  readonly kind: 'shape' | 'type' | 'value' | 'pattern';
  /** Keys and indices from the declared arguments to what is wrong. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

export interface ArgumentsSchema {
  /** `{type: object, properties: <arguments>}`; of use only when there are no problems. */
  readonly schema: JsonObject;
  readonly problems: readonly SchemaProblem[];
}

export function toSchema(declared: JsonObject): ArgumentsSchema {
  const maker = new SchemaMaker();
  const properties: [string, Json][] = [];
  for (const [name, argument] of Object.entries(declared)) {
    if (!isObject(argument)) maker.report('shape', [name], `Argument \`${name}\` must be a mapping`);
    else properties.push([name, maker.named(name, argument, [name])]);
  }
  const schema: JsonObject = { type: 'object', properties: Object.fromEntries(properties) };
  return { schema, problems: [...maker.problems, ...checkRefs(schema, maker.refs)] };
}

type Path = readonly (string | number)[];

class SchemaMaker {
  readonly problems: SchemaProblem[] = [];
  readonly refs: FoundRef[] = [];

  report(kind: SchemaProblem['kind'], path: Path, message: string, hint?: string): void {
    this.problems.push({ kind, path, message, ...(hint !== undefined && { hint }) });
  }

  /** A name that JavaScript's objects do not hold like any other: ajv passes over it. */
  named(name: string, schema: Json, path: Path): Json {
    if (name === '__proto__') this.report('value', path, '`__proto__` cannot be described');
    return this.schema(schema, path);
  }

  schema(written: Json, path: Path): Json {
    if (typeof written === 'boolean') return written;
    if (!isObject(written)) {
      this.report('shape', path, `A schema must be a mapping, \`true\` or \`false\``);
      return true;
    }
    const made: { [keyword: string]: Json } = {};
    for (const [keyword, rule] of Object.entries(usual(written))) {
      if (!isKeyword(keyword) || (rule === null && keyword !== 'const')) continue;
      const kept = this.rule(keywords[keyword].shape, rule, [...path, keyword]);
      if (kept !== undefined) made[keyword] = kept;
    }
    return localized(made);
  }

  /** @returns undefined for a rule that means nothing */
  private rule(shape: Shape, rule: Json, path: Path): Json | undefined {
    switch (shape) {
      case 'schema':
        return this.schema(rule, path);
      case 'schemas':
        return this.list(rule, path, 1)?.map((schema, i) => this.schema(schema, [...path, i]));
      case 'items':
        return Array.isArray(rule)
          ? (rule as readonly Json[]).map((schema, i) => this.schema(schema, [...path, i]))
          : this.schema(rule, path);
      case 'schemasByName':
        return this.byName(rule, path, (name, schema) => this.named(name, schema, [...path, name]));
      case 'schemasByPattern':
        return this.byName(rule, path, (pattern, schema) => {
          this.pattern(pattern, [...path, pattern]);
          return this.named(pattern, schema, [...path, pattern]);
        });
      case 'dependencies':
        return this.byName(rule, path, (name, needed) =>
          Array.isArray(needed) ? this.names(needed, [...path, name]) : this.named(name, needed, [...path, name]),
        );
      default:
        return this.plain(shape, rule, path);
    }
  }

  private plain(shape: Shape, rule: Json, path: Path): Json | undefined {
    switch (shape) {
      case 'type':
        return this.types(rule, path);
      case 'names':
        // `required: true` of an argument, as in older schemas, requires nothing.
        return typeof rule === 'boolean' ? undefined : this.names(rule, path);
      case 'values':
        return this.list(rule, path, 1);
      case 'pattern':
        return this.expect(typeof rule === 'string', path, 'a text') && this.pattern(rule as string, path);
      case 'format':
        return this.expect(typeof rule === 'string', path, 'a text') && isFormat(rule as string) ? rule : undefined;
      case 'ref':
        return this.expect(typeof rule === 'string', path, 'a text') && this.ref(rule as string, path);
      case 'boolean':
        return this.expect(typeof rule === 'boolean', path, '`true` or `false`') ? rule : undefined;
      case 'number':
        return this.expect(typeof rule === 'number', path, 'a number') ? rule : undefined;
      case 'positive':
        return this.expect(typeof rule === 'number' && rule > 0, path, 'a number above 0') ? rule : undefined;
      case 'count':
        return this.expect(Number.isInteger(rule) && (rule as number) >= 0, path, 'a whole number from 0')
          ? rule
          : undefined;
      default:
        return rule;
    }
  }

  private types(rule: Json, path: Path): Json {
    const known: readonly string[] = [...JSON_TYPES, ...LOCALIZED_TYPES];
    const list: readonly Json[] = Array.isArray(rule) ? rule : [rule as Json];
    if (list.length === 0) this.report('value', path, 'Name at least one type');
    list.forEach((type, i) => {
      const at = Array.isArray(rule) ? [...path, i] : path;
      if (typeof type !== 'string') this.report('shape', at, '`type` must be a text');
      else if (!known.includes(type))
        this.report('type', at, `\`${type}\` is no type`, didYouMean(type, known) ?? `one of ${known.join(', ')}`);
    });
    return rule;
  }

  private names(rule: Json, path: Path): Json | undefined {
    const list = this.list(rule, path, 0);
    list?.forEach((name, i) => {
      if (typeof name !== 'string')
        this.report('shape', [...path, i], `Each item of \`${keyOf(path)}\` must be a text`);
    });
    return list;
  }

  private list(rule: Json, path: Path, least: number): readonly Json[] | undefined {
    if (!Array.isArray(rule)) {
      this.report('shape', path, `\`${keyOf(path)}\` must be a list`);
      return undefined;
    }
    if (rule.length < least) this.report('value', path, `\`${keyOf(path)}\` needs at least one item`);
    return rule as readonly Json[];
  }

  private byName(rule: Json, path: Path, make: (name: string, value: Json) => Json | undefined): Json | undefined {
    if (!isObject(rule)) {
      this.report('shape', path, `\`${keyOf(path)}\` must be a mapping`);
      return undefined;
    }
    return Object.fromEntries(Object.entries(rule).map(([name, value]) => [name, make(name, value) ?? true]));
  }

  private expect(holds: boolean, path: Path, what: string): boolean {
    if (!holds) this.report('value', path, `\`${keyOf(path)}\` must be ${what}`);
    return holds;
  }

  private pattern(pattern: string, path: Path): string {
    try {
      testPattern(pattern, '', '');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const hint = 'look-around and back-references are not available';
      this.report('pattern', path, `The pattern cannot be used: ${reason}`, hint);
    }
    return pattern;
  }

  private ref(ref: string, path: Path): string {
    this.refs.push({ ref, path });
    return ref;
  }
}

const keyOf = (path: Path): string => String(path.at(-1));

/** Later and neighbouring dialects in the words of the one that is judged (draft 7). */
function usual({ prefixItems, dependentRequired, dependentSchemas, nullable, ...schema }: JsonObject): JsonObject {
  const { items, dependencies, type } = schema;
  return {
    ...schema,
    ...(Array.isArray(prefixItems) && {
      items: prefixItems as Json,
      ...(items !== undefined && !Array.isArray(items) && { additionalItems: items }),
    }),
    ...((isObject(dependentRequired) || isObject(dependentSchemas)) && {
      dependencies: {
        ...(isObject(dependencies) && dependencies),
        ...(isObject(dependentSchemas) && dependentSchemas),
        ...(isObject(dependentRequired) && dependentRequired),
      },
    }),
    ...(nullable === true && type && { type: [...(Array.isArray(type) ? (type as Json[]) : [type]), 'null'] }),
  };
}
