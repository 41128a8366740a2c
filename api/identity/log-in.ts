import { randomUUID } from 'node:crypto';
import { fail } from '../../shared/core/errors/errors';
import { normaliseEmail, type User } from '../../shared/core/identity/user';
import type { HttpRequest, Reply } from '../http/contract';
import type { IdentityDependencies } from './dependencies';
import { openSession, sessionCookie } from './open-session';
import { forUsers, refuseAccessTokens, shownTo } from './who-asks';

const MINUTE_MS = 60_000;

/** Logging in and out. Who tries passwords learns nothing from the answer or from how long it takes. */
export const logInHandlers = (parts: IdentityDependencies) => ({
  async logIn(request: HttpRequest): Promise<Reply> {
    refuseAccessTokens(request.caller);
    const { users, hasher, limiter, settings, tell } = parts;
    const given = request.body as { readonly email: string; readonly password: string };
    const email = normaliseEmail(given.email);
    const limit = { name: 'prismeaiLogin', windowMs: MINUTE_MS, limit: settings.limits.login };
    // By the address, known or not: many clients that try one account are one.
    const headers = await limiter(limit, email);
    const user = await users.findByEmail(email);
    const { passwordHash } = user === null ? {} : await users.credentialsOf(user.id);
    const isRight = await hasher.verify(given.password, passwordHash);
    if (user === null || !isRight || user.status === 'deactivated') {
      const { ip } = request.caller;
      tell('gateway.login.failed', { email: email.slice(0, 320), ...(ip !== undefined && { ip }) }, request);
      throw fail('AuthenticationError', 'Incorrect email or password.');
    }
    if (user.status === 'pending') throw notValidated(settings.validation);
    const reply = await openSession(parts, request, user, { provider: 'prismeai' });
    return { ...reply, headers: { ...headers, ...reply.headers } };
  },

  logOut: forUsers(
    parts,
    async ({ sessionId }) => {
      await parts.sessions.end(sessionId);
      return { headers: { 'set-cookie': sessionCookie('', 0, parts.settings) } };
    },
    { anonymous: true },
  ),

  async logInAnonymously(request: HttpRequest): Promise<Reply> {
    refuseAccessTokens(request.caller);
    const { users, settings, now = Date.now } = parts;
    const { expiresAfter } = (request.body ?? {}) as { readonly expiresAfter?: number };
    const longest = now() + settings.sessionMs;
    const expiresAt = expiresAfter === undefined ? longest : Math.min(now() + 1000 * expiresAfter, longest);
    const user: User = {
      id: randomUUID(),
      status: 'validated',
      firstName: `anonymous-${now()}-${Math.floor(Math.random() * 1e6)}`,
      lastName: '',
      mfa: 'none',
      meta: {},
      groups: [],
      authData: { anonymous: { expiresAt: new Date(expiresAt).toISOString() } },
      expiresAt,
    };
    await users.create(user);
    return openSession(parts, request, user, { expiresAt, provider: 'anonymous' });
  },

  getMe: forUsers(
    parts,
    async ({ caller, user, sessionId }) => {
      const session = await parts.sessions.find(sessionId);
      return {
        headers: {
          'cache-control': 'no-store',
          ...(session && { [parts.settings.csrfTokenHeader]: session.csrfToken }),
        },
        body: {
          ...shownTo(caller, user),
          sessionId,
          ...(session && { expires: new Date(session.expiresAt).toISOString() }),
        },
      };
    },
    { accessTokens: true },
  ),
});

/** Only who knows the password learns that the account waits. */
const notValidated = (method: 'email' | 'manual' | 'auto'): Error =>
  method === 'manual'
    ? fail('ManualValidateEmailError', 'An administrator has to validate this account first.')
    : fail('ValidateEmailError', 'Please validate your email address first: follow the link in the mail we sent.');
