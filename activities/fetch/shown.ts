/** What events and errors may show of a call. */
import type { Json, JsonObject } from '../../shared/core/json';
import type { FetchRequest } from '../../shared/core/run/types';

const CREDENTIALS =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|x-prismeai-api-key|x-prismeai-token|x-auth-token)$/i;

export const withoutCredentials = (headers: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.test(name)));

/** The request as its author wrote it: it goes into a native event. Contents of files stay out. */
export const publicPart = ({ url, method, headers, query, body, multipart }: FetchRequest): JsonObject => ({
  url: withoutUser(url),
  method: method.toLowerCase(),
  headers: withoutCredentials(headers),
  ...(query && { query }),
  ...(body !== undefined && { body }),
  ...(multipart && { multipart: multipart.map(({ value: _value, ...part }): Json => ({ ...part })) }),
});

/** For messages, which callers see: without user, password, query. */
export const placeOf = (url: string): string => withoutUser(url).replace(/[?#].*$/s, '');

const withoutUser = (url: string): string => url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
