/** What stands where a client says nothing that could be a type. */
export const UNKNOWN_TYPE = 'application/octet-stream';

const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** `Text/Plain; charset=utf-8` -> `text/plain`. */
export function plainType(given: string): string {
  const type = (given.split(';', 1)[0] ?? '').trim().toLowerCase();
  return TYPE.test(type) ? type : UNKNOWN_TYPE;
}

/** @param patterns  such as `image/*` or `application/pdf` */
export const isTypeIn = (type: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('/*') ? type.startsWith(pattern.slice(0, -1)) : pattern === '*' || pattern === type,
  );
