import { isObject, type Json, type JsonObject } from '../../json';
import { refuse, refuseAfter, tentatively, visitInside, type Checks, type Here } from './check';
import { matchesPattern, tooFew, tooMany } from './texts';

export const objectChecks: Checks<JsonObject> = {
  maxProperties(object, here) {
    const limit = here.rule as number;
    return Object.keys(object).length <= limit || refuse(here, { limit }, tooMany(limit, 'properties'));
  },
  minProperties(object, here) {
    const limit = here.rule as number;
    return Object.keys(object).length >= limit || refuse(here, { limit }, tooFew(limit, 'properties'));
  },
  required(object, here) {
    const missingProperty = (here.rule as readonly string[]).find((name) => !Object.hasOwn(object, name));
    if (missingProperty === undefined) return true;
    return refuse(here, { missingProperty }, `must have required property '${missingProperty}'`);
  },
  propertyNames(object, here) {
    const isBad = (name: string) => !visitInside(here, here.rule, name, {});
    const bad = tentatively(here, () => Object.keys(object).find(isBad));
    return bad === undefined || refuseAfter(here, { propertyName: bad }, 'property name must be valid');
  },
  additionalProperties(object, here) {
    return Object.keys(object).every((name) => {
      if (isDeclared(name, here.schema)) return true;
      if (here.rule === false) return refuse(here, { additionalProperty: name }, 'must NOT have additional properties');
      return visitProperty(object, name, here, {});
    });
  },
  dependencies(object, here) {
    const present = Object.entries(here.rule as JsonObject).filter(([name]) => Object.hasOwn(object, name));
    const names = present.filter((entry): entry is [string, string[]] => Array.isArray(entry[1]));
    const schemas = present.filter(([, needed]) => !Array.isArray(needed));
    return (
      names.every(([name, needed]) => hasAll(object, name, needed, here)) &&
      schemas.every(([name, schema]) => visitInside(here, schema, object, { step: name }))
    );
  },
  properties(object, here) {
    return Object.entries(here.rule as JsonObject).every(
      ([name, schema]) => !Object.hasOwn(object, name) || visitProperty(object, name, here, { schema, step: name }),
    );
  },
  patternProperties(object, here) {
    return Object.entries(here.rule as JsonObject).every(([pattern, schema]) =>
      Object.keys(object).every(
        (name) => !matchesPattern(pattern, name) || visitProperty(object, name, here, { schema, step: pattern }),
      ),
    );
  },
};

const visitProperty = (object: JsonObject, name: string, here: Here, one: { schema?: Json; step?: string }): boolean =>
  visitInside(here, one.schema ?? here.rule, object[name] ?? null, { key: name, step: one.step });

function isDeclared(name: string, { properties, patternProperties }: JsonObject): boolean {
  if (isObject(properties) && Object.hasOwn(properties, name)) return true;
  return isObject(patternProperties) && Object.keys(patternProperties).some((pattern) => matchesPattern(pattern, name));
}

function hasAll(object: JsonObject, property: string, needed: readonly string[], here: Here): boolean {
  const missingProperty = needed.find((name) => !Object.hasOwn(object, name));
  if (missingProperty === undefined) return true;
  const [depsCount, deps] = [needed.length, needed.join(', ')];
  const what = depsCount === 1 ? 'property' : 'properties';
  const message = `must have ${what} ${deps} when property ${property} is present`;
  return refuse(here, { property, missingProperty, depsCount, deps }, message);
}
