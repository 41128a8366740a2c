import type { Json, JsonObject } from '../../json';

/** One broken rule, in the shape that ajv gives it. */
export interface Violation extends JsonObject {
  /** JSON pointer into the arguments, such as `/body/name`; '' = all of them. */
  readonly instancePath: string;
  /** JSON pointer into the schema, from `#`. */
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: JsonObject;
  readonly message: string;
}

/** A way down, from its end: most are never written out. */
export type Pointer = string | { readonly up: Pointer; readonly step: string | number; readonly inSchema?: true };

export interface Place {
  readonly path: Pointer;
  readonly schemaPath: Pointer;
}

/** One judgement of all arguments. */
export interface Walk {
  /** Grows with each broken rule; a rule that holds in spite of broken ones inside cuts it back. */
  readonly errors: Violation[];
  /** Above 0 while it is still open whether broken rules matter, as in a branch of `anyOf`. */
  alternatives: number;
  /** Judges a value by a schema. */
  visit(schema: Json, value: Json, place: Place): boolean;
  /** The same by the schema that a `$ref` names. */
  follow(ref: string, value: Json, place: Place): boolean;
}

/** A keyword at work. */
export interface Here extends Place {
  readonly walk: Walk;
  readonly keyword: string;
  /** What stands under the keyword. */
  readonly rule: Json;
  /** The schema that holds it. */
  readonly schema: JsonObject;
}

/** @returns whether the value keeps the rule; if not, what is broken is in `walk.errors` */
export type Check<T extends Json> = (value: T, here: Here) => boolean;
export type Checks<T extends Json> = { readonly [keyword: string]: Check<T> };

/** This rule is broken. Where that decides the matter, it is all that is told. */
export function refuse(here: Here, params: JsonObject, message: string): false {
  if (here.walk.alternatives === 0) here.walk.errors.length = 0;
  return refuseAfter(here, params, message);
}

/** Of those that explain; more are never told. */
const MAXIMUM_KEPT = 1_000;

/** This rule is broken by what is told already. */
export function refuseAfter(here: Here, params: JsonObject, message: string): false {
  const { walk, path, schemaPath, keyword } = here;
  if (walk.alternatives > 0 && walk.errors.length >= MAXIMUM_KEPT) return false;
  const [instancePath, from] = [toText(path), toText(schemaPath)];
  walk.errors.push({ instancePath, schemaPath: `${from}/${keyword}`, keyword, params, message });
  return false;
}

function toText(pointer: Pointer): string {
  const steps: string[] = [];
  let at = pointer;
  for (; typeof at !== 'string'; at = at.up) {
    const step = String(at.step).replace(/~/g, '~0').replace(/\//g, '~1');
    steps.push(`/${at.inSchema ? encodeURIComponent(step) : step}`);
  }
  return at + steps.reverse().join('');
}

/** Judges where the outcome alone decides nothing yet. */
export function tentatively<T>({ walk }: Here, judge: () => T): T {
  walk.alternatives++;
  const outcome = judge();
  walk.alternatives--;
  return outcome;
}

/** Judges by a schema under the keyword: the one at `step`, or the rule itself. */
export const visitInside = (here: Here, schema: Json, value: Json, at: Inside): boolean =>
  here.walk.visit(schema, value, {
    path: at.key === undefined ? here.path : { up: here.path, step: at.key },
    schemaPath:
      at.step === undefined
        ? { up: here.schemaPath, step: here.keyword }
        : { up: { up: here.schemaPath, step: here.keyword }, step: at.step, inSchema: true },
  });

interface Inside {
  /** Name or index inside the value; absent: the same value. */
  readonly key?: string | number;
  /** Name or index under the keyword. */
  readonly step?: string | number;
}
