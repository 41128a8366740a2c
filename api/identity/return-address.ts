import { fail } from '../../shared/core/errors/errors';
import type { IdentitySettings } from './settings';

/**
 * Where a browser goes after a login: to the console, or to the page that was asked for, if it is one of ours. Anything
 * else would let a link to us lead to a stranger's copy of us.
 * @throws RequestValidationError
 */
export function returnAddress(
  asked: string | undefined,
  { consoleUrl, audience, isKnownPage }: Pick<IdentitySettings, 'consoleUrl' | 'audience' | 'isKnownPage'>,
): string {
  if (asked === undefined) return consoleUrl;
  // As a browser would read it: `//host`, `/\host` and the like are other hosts to it too.
  const url = URL.canParse(asked, consoleUrl) ? new URL(asked, consoleUrl) : null;
  const own = [consoleUrl, audience].map((one) => new URL(one).origin);
  if (url && /^https?:$/.test(url.protocol) && (own.includes(url.origin) || isKnownPage(url.origin))) return url.href;
  throw fail('RequestValidationError', 'Invalid request', [
    {
      path: '/query/returnTo',
      message: 'must be a path of the console, or an address of CORS_ADDITIONAL_ALLOWED_ORIGINS or below PAGES_HOST',
      errorCode: 'invalid',
    },
  ]);
}
