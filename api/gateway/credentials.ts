import type { IncomingHttpHeaders } from 'node:http';
import { bearerToken } from '../http/bearer-token';
import { cookieIn, SESSION_COOKIE } from '../http/cookies';
import type { GatewayExchange } from './exchange';

const ACCESS_TOKEN = /^at:\S+$/;
/** Of older clients; takes access tokens only. */
const LEGACY_HEADER = 'x-prismeai-token';

/**
 * The credential of a request, by precedence: access token, cookie, bearer token. To be read before headers are removed.
 * @param cookieCounts  false where a page that we do not know has sent the request
 */
export function credentialOf(headers: IncomingHttpHeaders, cookieCounts: boolean): GatewayExchange['credential'] {
  const bearer = bearerToken(headers.authorization);
  const legacy = headers[LEGACY_HEADER];
  const accessToken = [bearer, legacy].find((one) => typeof one === 'string' && ACCESS_TOKEN.test(one));
  if (typeof accessToken === 'string') return { kind: 'bearer', token: accessToken };
  const cookie = cookieCounts ? cookieIn(headers.cookie, SESSION_COOKIE) || undefined : undefined;
  if (cookie !== undefined) return { kind: 'cookie', token: cookie };
  return bearer === undefined ? { kind: 'none' } : { kind: 'bearer', token: bearer };
}
