/**
 * Judges arguments by their schema without generating code, so that it also runs where code must not be generated.
 * Says what ajv says; a test holds the two together (in a branch of `anyOf` ajv may tell of more than its first violation).
 */
import type { Json, JsonObject } from '../json';
import { anyChecks } from './checks/any';
import { refuse, type Check, type Checks, type Here, type Place, type Violation, type Walk } from './checks/check';
import { listChecks } from './checks/lists';
import { numberChecks } from './checks/numbers';
import { objectChecks } from './checks/objects';
import { textChecks } from './checks/texts';
import { keywords, type Keyword, type ValueType } from './keywords';
import { resolvePointer } from './resolve-pointer';
import { isOfType, typesOf } from './types';

export type { Violation } from './checks/check';

/** Schemas inside each other; only a `$ref` to itself and a value as deep come near it. The stack takes more. */
const MAXIMUM_DEPTH = 500;
/** Judgements in all. Only `$ref`s to itself in several branches come near it, and they double with each level. */
const MAXIMUM_VISITS = 150_000;
const MAXIMUM_TOLD = 20;

/**
 * @param schema of `toSchema`: checked, known keywords only
 * @returns [] when it holds; else the first violation, after those inside it that explain it (branches of `anyOf`)
 */
export function validate(schema: JsonObject, value: Json): readonly Violation[] {
  const walk = new SchemaWalk(schema);
  walk.visit(schema, value, { path: '', schemaPath: '#' });
  return briefly(walk.errors);
}

/** Many branches over many items make a list that nobody reads and no event holds: the last one sums them up. */
export function briefly(violations: readonly Violation[]): readonly Violation[] {
  const last = violations.at(-1);
  if (violations.length <= MAXIMUM_TOLD || last === undefined) return violations;
  return [...violations.slice(0, MAXIMUM_TOLD - 1), last];
}

class SchemaWalk implements Walk {
  readonly errors: Violation[] = [];
  alternatives = 0;
  private visits = 0;
  private depth = 0;

  constructor(private readonly root: JsonObject) {}

  visit(schema: Json, value: Json, place: Place): boolean {
    if (++this.visits > MAXIMUM_VISITS) return this.refuse(place, '$ref', {}, 'is too costly to validate');
    if (this.depth >= MAXIMUM_DEPTH) return this.refuse(place, '$ref', {}, 'is nested too deeply to validate');
    this.depth++;
    const holds = this.judge(schema, value, place);
    this.depth--;
    return holds;
  }

  private judge(schema: Json, value: Json, place: Place): boolean {
    if (schema === true) return true;
    if (schema === false) return this.refuse(place, 'false schema', {}, 'boolean schema is false');
    const { types, early, groups } = prepare(schema as JsonObject);
    if (early && !types.some((type) => isOfType(type, value)))
      return this.refuseType(schema as JsonObject, types, place);
    for (const { of, rules } of groups) {
      if (of === undefined || isOfType(of, value)) {
        if (!this.keeps(rules, schema as JsonObject, value, place)) return false;
      } else if (!early && types[0] === of) return this.refuseType(schema as JsonObject, types, place);
    }
    return true;
  }

  follow(ref: string, value: Json, { path }: Place): boolean {
    const schema = resolvePointer(this.root, ref);
    if (schema === undefined) throw new Error(`cannot happen: ${ref} was found when the schema was made`);
    return this.visit(schema, value, { path, schemaPath: ref });
  }

  private keeps(rules: readonly Rule[], schema: JsonObject, value: Json, { path, schemaPath }: Place): boolean {
    for (const { keyword, check } of rules) {
      const here: Here = { walk: this, keyword, rule: schema[keyword] ?? null, schema, path, schemaPath };
      if (!check(value, here)) return false;
    }
    return true;
  }

  private refuseType(schema: JsonObject, types: readonly string[], place: Place): false {
    return this.refuse(place, 'type', { type: schema['type'] ?? null }, `must be ${types.join(',')}`);
  }

  private refuse(place: Place, keyword: string, params: JsonObject, message: string): false {
    return refuse({ ...place, walk: this, keyword, rule: null, schema: {} }, params, message);
  }
}

interface Rule {
  readonly keyword: Keyword;
  readonly check: Check<Json>;
}

/** A schema's keywords, in the order in which they are judged. */
interface Prepared {
  readonly types: readonly string[];
  /** The type is judged before all; else when the turn of its own keywords comes, as ajv does. */
  readonly early: boolean;
  readonly groups: readonly { readonly of: ValueType | undefined; readonly rules: readonly Rule[] }[];
}

const checks = {
  any: anyChecks as Checks<Json>,
  number: numberChecks as unknown as Checks<Json>,
  string: textChecks as unknown as Checks<Json>,
  array: listChecks as unknown as Checks<Json>,
  object: objectChecks as unknown as Checks<Json>,
};
const ORDER = [undefined, 'number', 'string', 'array', 'object'] as const;
const prepared = new WeakMap<JsonObject, Prepared>();

function prepare(schema: JsonObject): Prepared {
  const known = prepared.get(schema);
  if (known) return known;
  const groups = ORDER.map((of) => ({ of, rules: rulesOf(schema, of) })).filter(({ rules }) => rules.length > 0);
  const types = typesOf(schema['type']);
  const early = types.length > 1 || (types.length === 1 && !groups.some(({ of }) => of === types[0]));
  const made = { types, early, groups };
  prepared.set(schema, made);
  return made;
}

const rulesOf = (schema: JsonObject, of: ValueType | undefined): readonly Rule[] =>
  (Object.keys(keywords) as Keyword[]).flatMap((keyword) => {
    const check = Object.hasOwn(schema, keyword) ? checks[of ?? 'any'][keyword] : undefined;
    return check ? [{ keyword, check }] : [];
  });
