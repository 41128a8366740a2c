import type { HeaderNames } from '../http/caller-headers';
import type { GatewayExchange } from './exchange';
import { headerOf } from './exchange';

export interface CorsSettings {
  /** Addresses and host names of pages that may read our answers; `.example.org` = all names below. */
  readonly allowedOrigins: readonly string[];
}

/** May a page of this origin read our answers, and act with its user's cookie? */
export type OriginCheck = (origin: string) => boolean;

export function originCheck({ allowedOrigins }: CorsSettings): OriginCheck {
  const whole = new Set<string>();
  const hosts = new Set<string>();
  const domains: string[] = [];
  for (const entry of allowedOrigins.map((one) => one.trim().toLowerCase()).filter(Boolean)) {
    if (URL.canParse(entry) && /^https?:/.test(entry)) whole.add(new URL(entry).origin);
    else if (entry.startsWith('.')) domains.push(entry);
    else hosts.add(entry);
  }
  return (origin) => {
    if (!URL.canParse(origin)) return false;
    const { origin: canonical, host, hostname, protocol } = new URL(origin);
    if (!/^https?:$/.test(protocol)) return false;
    if (whole.has(canonical) || hosts.has(host) || hosts.has(hostname)) return true;
    return domains.some((domain) => host.endsWith(domain) || hostname.endsWith(domain));
  };
}

/** Headers that tell a browser whose pages may read the answer. */
export function corsHeaders(
  exchange: GatewayExchange,
  isAllowed: OriginCheck,
  names: HeaderNames,
): { readonly [name: string]: string } {
  const origin = headerOf(exchange.request, 'origin');
  if (origin === undefined || !isAllowed(origin)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': [
      names.correlationId,
      names.sessionId,
      'x-prismeai-client-id',
      names.csrfToken,
    ].join(', '),
  };
}

/** A browser asks first whether it may send a request at all. Null = this is no such question. */
export function preflight(exchange: GatewayExchange): { readonly [name: string]: string } | null {
  const { method, request } = exchange;
  if (method !== 'OPTIONS' || headerOf(request, 'access-control-request-method') === undefined) return null;
  const asked = headerOf(request, 'access-control-request-headers');
  return {
    'access-control-allow-methods': 'GET, HEAD, PUT, PATCH, POST, DELETE',
    ...(asked !== undefined && /^[\w\-, ]{1,1000}$/.test(asked) && { 'access-control-allow-headers': asked }),
    'access-control-max-age': '600',
  };
}
