import { isPlatformError } from '../errors/platform-error';
import { matchJson } from '../expression/evaluate/json-match';
import { isObject, type Json, type JsonObject } from '../json';
import type { Authorizations } from './rule';

/** Roles that a document binds to how somebody signed in. */
export function boundRoles({ roles }: Authorizations, authData: JsonObject | undefined): readonly string[] {
  if (authData === undefined) return [];
  return roles.flatMap(({ name, auth = {} }) =>
    Object.entries(auth).some(([provider, conditions]) => fits(authData[provider], conditions)) ? [name] : [],
  );
}

function fits(data: Json | undefined, conditions: JsonObject): boolean {
  if (data === undefined) return false;
  try {
    return matchJson({ authData: isObject(data) ? data : {} }, conditions);
  } catch (error) {
    if (isPlatformError(error)) return false;
    throw error;
  }
}
