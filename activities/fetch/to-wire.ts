import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json } from '../../shared/core/json';
import type { FetchRequest } from '../../shared/core/run/types';
import { multipartBody } from './multipart';
import { placeOf } from './shown';

export interface WireRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | Buffer;
}

/** Of one connection and one body: ours are other ones. They come along when an author hands on the headers of a call. */
const FRAMING = [
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** What leaves: the query is in the URL, the body is text or bytes, and the headers that every call carries are set. */
export function toWire(request: FetchRequest): WireRequest {
  const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  for (const name of FRAMING) headers.delete(name);
  const body = bodyOf(request, headers);
  if (!headers.has('x-correlation-id')) headers.set('x-correlation-id', request.correlationId);
  if (!headers.has('idempotency-key')) headers.set('idempotency-key', request.idempotencyKey);
  headers.set('user-agent', 'Prisme.ai Workspaces');
  headers.set('x-prismeai-workspace-id', request.workspaceId);
  return {
    url: withQuery(request),
    method: request.method,
    headers: Object.fromEntries(headers),
    ...(body !== undefined && { body }),
  };
}

/** Sets the content type that belongs to it. */
function bodyOf(request: FetchRequest, headers: Map<string, string>): string | Buffer | undefined {
  if (request.method === 'GET') return undefined;
  if (request.multipart) {
    const { body, contentType } = multipartBody(request.multipart, request.idempotencyKey);
    headers.set('content-type', contentType);
    return body;
  }
  if (request.body === undefined) return undefined;
  const type = headers.get('content-type') ?? 'application/json';
  headers.set('content-type', type);
  return bodyText(request.body, type);
}

function withQuery({ url, query }: FetchRequest): string {
  let target: URL;
  try {
    target = new URL(url);
  } catch (cause) {
    throw fail('FetchError', 'Invalid URL', { url: placeOf(url) }, { cause });
  }
  if (target.protocol !== 'http:' && target.protocol !== 'https:')
    throw fail('FetchError', `Invalid URL: ${target.protocol}// is not fetched, only http and https`, {
      url: placeOf(url),
    });
  for (const [name, value] of Object.entries(query ?? {}))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== null) target.searchParams.append(name, asText(one));
  return target.href;
}

function bodyText(body: Json, contentType: string): string {
  if (typeof body === 'string') return body;
  if (isObject(body) && contentType.includes('application/x-www-form-urlencoded')) {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(body))
      for (const one of Array.isArray(value) ? value : [value]) form.append(name, asText(one));
    return form.toString();
  }
  return JSON.stringify(body);
}

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
