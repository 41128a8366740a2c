import { fail, isPlatformError } from '../../shared/core/errors/errors';
import type { LoginProvider } from '../../shared/ports/identity/login-provider';
import type { HttpRequest, Reply } from '../http/contract';
import type { IdentityDependencies } from './dependencies';
import { LOGIN_MS, loginCookie, openLogin, redirectUri, sealLogin } from './login-cookie';
import { openSession } from './open-session';
import { accountOf } from './provider-account';
import { returnAddress } from './return-address';
import { refuseAccessTokens } from './who-asks';

/** Logging in with an account of another service: to it, and back. */
export const providerLoginHandlers = (parts: IdentityDependencies) => ({
  async startProviderLogin(request: HttpRequest): Promise<Reply> {
    refuseAccessTokens(request.caller);
    const { settings, now = Date.now } = parts;
    const name = one(request.query['provider']) ?? '';
    const returnTo = returnAddress(one(request.query['returnTo']), settings);
    try {
      const provider = providerOf(parts, name);
      const secrets = provider.newSecrets();
      const location = await provider.addressOf(secrets, redirectUri(settings));
      const login = { ...secrets, provider: name, returnTo, expiresAt: now() + LOGIN_MS };
      const cookie = loginCookie(sealLogin(login, parts.cookieSecret), login.expiresAt, settings);
      return redirect(location, [cookie]);
    } catch (error) {
      return failed(parts, request, name, error);
    }
  },

  async finishProviderLogin(request: HttpRequest): Promise<Reply> {
    const { settings, now = Date.now } = parts;
    const login = openLogin(request.headers['cookie'], parts.cookieSecret, now());
    // Without it anybody could log a browser in as somebody else, with a link.
    if (login === null) throw fail('AuthenticationError', 'This browser has not started a login, or too long ago.');
    const { provider, returnTo } = login;
    try {
      const profile = await providerOf(parts, provider).finish(answerIn(request), login, redirectUri(settings));
      const user = await accountOf(parts, provider, profile);
      const { headers } = await openSession(parts, request, user, { provider });
      return redirect(returnTo, [headers?.['set-cookie'] ?? [], loginCookie('', 0, settings)].flat());
    } catch (error) {
      return failed(parts, request, provider, error);
    }
  },
});

/** @throws ConfigurationError */
function providerOf({ providers }: Pick<IdentityDependencies, 'providers'>, name: string): LoginProvider {
  const provider = providers.get(name);
  if (provider) return provider;
  throw fail('ConfigurationError', `Unknown login provider '${name}'`);
}

/**
 * The log tells why. A caller learns of the settings no more than that this provider cannot be used; elsewhere an error of
 * the settings tells callers nothing.
 * @throws the error, unless it is one of the settings
 */
function failed({ log, tell }: IdentityDependencies, request: HttpRequest, provider: string, error: unknown): Reply {
  const { ip, correlationId } = request.caller;
  log.warn({ correlationId, provider, err: error }, 'a login with a provider has failed');
  if (!isPlatformError(error)) throw error;
  if (error.code === 'ConfigurationError')
    return { status: error.status, body: { error: error.code, message: error.message } };
  tell('gateway.login.failed', { provider, ...(ip !== undefined && { ip }) }, request);
  throw error;
}

const redirect = (location: string, cookies: readonly string[]): Reply => ({
  status: 302,
  headers: { location, 'set-cookie': cookies, 'cache-control': 'no-store' },
});

const one = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

/** What is said twice is not said. */
const answerIn = ({ query }: HttpRequest): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
