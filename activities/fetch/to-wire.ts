import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json } from '../../shared/core/json';
import type { FetchRequest } from '../../shared/core/run/types';

export interface WireRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
}

/** What leaves: the query is in the URL, the body is text, and the headers that every call carries are set. */
export function toWire(request: FetchRequest): WireRequest {
  const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const withBody = request.body !== undefined && request.method !== 'GET';
  if (withBody && !headers.has('content-type')) headers.set('content-type', 'application/json');
  const body = withBody ? bodyText(request.body ?? null, headers.get('content-type') ?? '') : undefined;
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

function withQuery({ url, query }: FetchRequest): string {
  let target: URL;
  try {
    target = new URL(url);
  } catch (cause) {
    throw fail('FetchError', 'Invalid URL', { url }, { cause });
  }
  if (target.protocol !== 'http:' && target.protocol !== 'https:')
    throw fail('FetchError', `Invalid URL: ${target.protocol}// is not fetched, only http and https`, { url });
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
