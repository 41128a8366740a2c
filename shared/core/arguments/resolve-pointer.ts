import { isObject, type Json, type JsonObject } from '../json';

/**
 * What `#/properties/body` names inside the schema.
 * @returns undefined when there is nothing, or when it is no pointer from the root
 */
export function resolvePointer(root: JsonObject, ref: string): Json | undefined {
  const steps = stepsOf(ref);
  let at: Json | undefined = steps === null ? undefined : root;
  for (const step of steps ?? []) {
    if (Array.isArray(at)) at = /^\d+$/.test(step) ? (at as readonly Json[])[Number(step)] : undefined;
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

function stepsOf(ref: string): readonly string[] | null {
  if (ref === '#' || ref === '#/') return [];
  if (!ref.startsWith('#/')) return null;
  try {
    return ref
      .slice(2)
      .split('/')
      .map((step) => decodeURIComponent(step).replace(/~1/g, '/').replace(/~0/g, '~'));
  } catch {
    return null; // A stray `%`.
  }
}
