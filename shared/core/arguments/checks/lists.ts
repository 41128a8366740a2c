import { canonicalJson } from '../../canonical-json';
import type { Json } from '../../json';
import { refuse, tentatively, visitInside, type Check, type Checks, type Here } from './check';
import { tooFew, tooMany } from './texts';

type List = readonly Json[];

export const listChecks: Checks<List> = {
  maxItems(list, here) {
    const limit = here.rule as number;
    return list.length <= limit || refuse(here, { limit }, tooMany(limit, 'items'));
  },
  minItems(list, here) {
    const limit = here.rule as number;
    return list.length >= limit || refuse(here, { limit }, tooFew(limit, 'items'));
  },
  /** What comes behind the items that have a schema each. */
  additionalItems(list, here) {
    const { items } = here.schema;
    if (!Array.isArray(items) || list.length <= items.length) return true;
    const limit = items.length;
    if (here.rule === false) return refuse(here, { limit }, tooMany(limit, 'items'));
    return everyFrom(limit, list, here);
  },
  items(list, here) {
    const { rule } = here;
    if (!Array.isArray(rule)) return everyFrom(0, list, here);
    return (rule as List).every((schema, i) => i >= list.length || visitItem(list, i, here, { schema, step: i }));
  },
  contains(list, here) {
    const before = here.walk.errors.length;
    const found = tentatively(here, () => list.some((_, i) => visitItem(list, i, here)));
    if (!found) return refuse(here, { minContains: 1 }, 'must contain at least 1 valid item(s)');
    here.walk.errors.length = before;
    return true;
  },
  uniqueItems: (list, here) => checkUnique(list, here),
};

const everyFrom = (first: number, list: List, here: Here): boolean =>
  list.every((_, i) => i < first || visitItem(list, i, here));

const visitItem = (list: List, i: number, here: Here, one?: { schema: Json; step: number }): boolean =>
  visitInside(here, one?.schema ?? here.rule, list[i] ?? null, { key: i, step: one?.step });

/** Names the last two that are equal, like ajv; in one pass, since lists come from outside. */
const checkUnique: Check<List> = (list, here) => {
  const twins = here.rule === true ? lastTwins(list) : null;
  if (twins === null) return true;
  const { i, j } = twins;
  return refuse(here, { i, j }, `must NOT have duplicate items (items ## ${j} and ${i} are identical)`);
};

/** `i` is the last one that has an equal before it, `j` the last equal before `i`. */
export function lastTwins(list: List): { readonly i: number; readonly j: number } | null {
  const seen = new Map<string, number>();
  let found: { i: number; j: number } | null = null;
  list.forEach((item, i) => {
    const key = canonicalJson(item);
    const j = seen.get(key);
    if (j !== undefined) found = { i, j };
    seen.set(key, i);
  });
  return found;
}
