import { canonicalJson } from '../../canonical-json';
import type { Json } from '../../json';
import { refuse, refuseAfter, tentatively, visitInside, type Checks, type Here } from './check';

/** Keywords that hold for every value. */
export const anyChecks: Checks<Json> = {
  $ref: (value, here) => here.walk.follow(here.rule as string, value, here),
  const: (value, here) =>
    isSame(value, here.rule) || refuse(here, { allowedValue: here.rule }, 'must be equal to constant'),
  enum(value, here) {
    const allowedValues = here.rule as readonly Json[];
    if (allowedValues.some((allowed) => isSame(value, allowed))) return true;
    return refuse(here, { allowedValues }, 'must be equal to one of the allowed values');
  },
  not(value, here) {
    const holds = quietly(here, () => visitInside(here, here.rule, value, {}));
    return !holds || refuse(here, {}, 'must NOT be valid');
  },
  anyOf(value, here) {
    const before = here.walk.errors.length;
    const keeps = (schema: Json, step: number) => visitInside(here, schema, value, { step });
    if (!tentatively(here, () => schemasOf(here).some(keeps)))
      return refuseAfter(here, {}, 'must match a schema in anyOf');
    here.walk.errors.length = before;
    return true;
  },
  oneOf(value, here) {
    const before = here.walk.errors.length;
    const passing = tentatively(here, () => firstTwo(value, here));
    if (passing.length !== 1) {
      const passingSchemas = passing.length === 0 ? null : passing;
      return refuseAfter(here, { passingSchemas }, 'must match exactly one schema in oneOf');
    }
    here.walk.errors.length = before;
    return true;
  },
  allOf: (value, here) => schemasOf(here).every((schema, step) => visitInside(here, schema, value, { step })),
  if(value, here) {
    const clause = quietly(here, () => visitInside(here, here.rule, value, {})) ? 'then' : 'else';
    const schema = here.schema[clause];
    if (schema === undefined || visitInside({ ...here, keyword: clause }, schema, value, {})) return true;
    // What is broken inside decides the matter already, unless this is itself one of several alternatives.
    return here.walk.alternatives > 0 && refuseAfter(here, { failingKeyword: clause }, `must match "${clause}" schema`);
  },
};

/** Branches that hold: with two it is decided. */
function firstTwo(value: Json, here: Here): readonly number[] {
  const passing: number[] = [];
  for (const [step, schema] of schemasOf(here).entries()) {
    if (passing.length < 2 && visitInside(here, schema, value, { step })) passing.push(step);
  }
  return passing;
}

const schemasOf = ({ rule }: Here): readonly Json[] => rule as readonly Json[];

/** What is broken inside is no error here. */
function quietly(here: Here, judge: () => boolean): boolean {
  const before = here.walk.errors.length;
  const holds = tentatively(here, judge);
  here.walk.errors.length = before;
  return holds;
}

const isSame = (a: Json, b: Json): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(a) === canonicalJson(b));
