import { fail } from '../../shared/core/errors/errors';

/** A segment `.` or `..`, however it is written. */
const DOTS = /(?:^|\/)(?:\.|%2e){1,2}(?=\/|$)/i;

/**
 * A path that means the same to everybody behind us: no other host, no way up, nothing that somebody might take for a slash.
 * @throws RequestValidationError
 */
export function assertTarget(url: string): { readonly path: string; readonly search: string } {
  const cut = url.indexOf('?');
  const path = cut < 0 ? url : url.slice(0, cut);
  if (!path.startsWith('/') || path.startsWith('//') || path.includes('\\') || DOTS.test(path) || /%00/.test(path))
    throw fail('RequestValidationError', 'Invalid path');
  return { path, search: cut < 0 ? '' : url.slice(cut) };
}
