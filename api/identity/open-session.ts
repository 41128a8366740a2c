import { randomUUID } from 'node:crypto';
import type { User } from '../../shared/core/identity/user';
import type { JsonObject } from '../../shared/core/json';
import type { HttpRequest, Reply } from '../http/contract';
import { SESSION_COOKIE } from '../http/cookies';
import type { IdentityDependencies } from './dependencies';
import { ALL_SCOPES, type IdentitySettings } from './settings';
import { shownTo } from './who-asks';

type Parts = Pick<IdentityDependencies, 'sessions' | 'tokens' | 'settings' | 'tell' | 'now'>;

/**
 * Starts a session for a user who has proved to be one, and answers with it: in the body, and as a cookie for browsers.
 * @param expiresAt  no later than the longest session
 */
export async function openSession(
  { sessions, tokens, settings, tell, now = Date.now }: Parts,
  request: HttpRequest,
  user: User,
  options: { readonly expiresAt?: number; readonly provider?: string } = {},
): Promise<Reply> {
  const createdAt = now();
  const expiresAt = Math.min(options.expiresAt ?? Infinity, createdAt + settings.sessionMs);
  const session = {
    ...{ id: randomUUID(), userId: user.id, createdAt, expiresAt },
    mfaValidated: user.mfa === 'none',
    csrfToken: randomUUID(),
  };
  await sessions.create(session);
  const claims = { userId: user.id, sessionId: session.id, scopes: ALL_SCOPES };
  const token = await tokens.issue(claims, expiresAt);
  const expires = new Date(expiresAt).toISOString();
  const { ip } = request.caller;
  tell(
    'gateway.login.succeeded',
    {
      id: user.id,
      ...(user.email !== undefined && { email: user.email }),
      ...(ip !== undefined && { ip }),
      provider: options.provider ?? Object.keys(user.authData)[0] ?? 'prismeai',
      authData: user.authData,
      session: { id: session.id, expiresIn: Math.floor((expiresAt - createdAt) / 1000), expires },
    },
    request,
  );
  const caller = { ...request.caller, userId: user.id };
  return {
    headers: { 'set-cookie': sessionCookie(token, expiresAt, settings), 'cache-control': 'no-store' },
    body: { ...shownTo(caller, user), token, sessionId: session.id, expires } satisfies JsonObject,
  };
}

/** Scripts cannot read it. Pages of other sites may send it where it goes over TLS: CSRF tokens guard against theirs. */
export const sessionCookie = (
  token: string,
  expiresAt: number,
  { secureCookies }: Pick<IdentitySettings, 'secureCookies'>,
): string =>
  [
    `${SESSION_COOKIE}=${token}`,
    'Path=/',
    `Expires=${new Date(expiresAt).toUTCString()}`,
    'HttpOnly',
    ...(secureCookies ? ['Secure', 'SameSite=None'] : ['SameSite=Lax']),
  ].join('; ');
