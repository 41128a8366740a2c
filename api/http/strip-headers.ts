import type { IncomingHttpHeaders } from 'node:http';

const TRUSTED_PREFIX = 'x-prismeai-';
/** The two of this prefix that a client may send. */
const clientMaySend = new Set(['x-prismeai-api-key', 'x-prismeai-csrf-token']);

/**
 * Deletes what only the platform itself may claim. In place, so that no later code can see it, whatever
 * it reads.
 */
export function stripTrustedHeaders(headers: IncomingHttpHeaders): void {
  for (const name of Object.keys(headers)) {
    if (name.startsWith(TRUSTED_PREFIX) && !clientMaySend.has(name)) delete headers[name];
  }
}

/** Header values as texts: repeated ones joined, as HTTP allows. */
export function plainHeaders(headers: IncomingHttpHeaders): { [name: string]: string } {
  const plain: { [name: string]: string } = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}
