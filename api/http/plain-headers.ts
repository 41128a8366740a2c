import type { IncomingHttpHeaders } from 'node:http';

/** Header values as texts: repeated ones joined, as HTTP allows. */
export function plainHeaders(headers: IncomingHttpHeaders): { [name: string]: string } {
  const plain: { [name: string]: string } = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}
