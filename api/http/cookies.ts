/** Holds the token of a session, for browsers. */
export const SESSION_COOKIE = 'access-token';

const nameOf = (pair: string): string => pair.slice(0, Math.max(pair.indexOf('='), 0)).trim();

/** Value of the first cookie of this name. @param header `cookie`, as browsers send it */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  const pair = header?.split(';').find((one) => nameOf(one) === name);
  return pair?.slice(pair.indexOf('=') + 1).trim();
}

/** The same header without the cookies of this name. */
export const withoutCookie = (header: string, name: string): string =>
  header
    .split(';')
    .filter((pair) => nameOf(pair) !== name)
    .join(';')
    .trim();
