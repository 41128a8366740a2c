import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json, type JsonObject } from '../../shared/core/json';

const MAX_DEPTH = 100;
const MAX_VALUES = 200_000;

/**
 * A document as people write them. Without recursion: the body may be hostile.
 * @throws RequestValidationError nested too deep, too many values, or a key that means an object's prototype
 */
export function checkBody(body: Json | undefined): JsonObject {
  if (!isObject(body)) throw invalid('', 'The body must be a JSON object');
  const open: { value: Json; depth: number; path: string }[] = [{ value: body, depth: 0, path: '/body' }];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth, path } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) throw invalid('/body', `Values are nested more than ${MAX_DEPTH} deep`);
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') throw invalid(`${path}/${key}`, 'This key cannot be used');
      if (++count > MAX_VALUES) throw invalid('/body', `More than ${MAX_VALUES} values`);
      open.push({ value: item as Json, depth: depth + 1, path: path.length < 500 ? `${path}/${key}` : path });
    }
  }
  return body;
}

export const invalid = (path: string, message: string, errorCode = 'invalid.openapi.validation') =>
  fail('RequestValidationError', 'Invalid request', [{ path, message, errorCode }]);

/** Fields that the platform gives: a client that sends back what it got is not refused for them. */
export function withoutFields(document: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !fields.includes(key)));
}

export const AUDIT_FIELDS = ['createdAt', 'createdBy', 'updatedAt', 'updatedBy'];
