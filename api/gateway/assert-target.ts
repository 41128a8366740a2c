import { fail } from '../../shared/core/errors/errors';

/** The URL of a request. @returns search: with `?`; empty when there is none */
export function splitTarget(url: string): { readonly path: string; readonly search: string } {
  const cut = url.indexOf('?');
  return cut < 0 ? { path: url, search: '' } : { path: url.slice(0, cut), search: url.slice(cut) };
}

/** A segment `.` or `..`, however it is written. */
const DOTS = /(?:^|\/)(?:\.|%2e){1,2}(?=\/|$)/i;

/**
 * A path that means the same to everybody behind us: no other host, no way up, nothing that somebody might take for a slash.
 * @throws RequestValidationError
 */
export function assertPath(path: string): void {
  if (!path.startsWith('/') || path.startsWith('//') || path.includes('\\') || DOTS.test(path) || path.includes('%00'))
    throw fail('RequestValidationError', 'Invalid path');
}
