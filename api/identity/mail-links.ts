import { fail } from '../../shared/core/errors/errors';
import { normaliseEmail } from '../../shared/core/identity/user';
import type { HttpRequest, Reply } from '../http/contract';
import type { IdentityDependencies } from './dependencies';
import { hashOf } from './secret-tokens';
import { sendLink } from './send-link';
import { assertPassword } from './sign-up';
import { refuseAccessTokens, shownTo } from './who-asks';

const MINUTE_MS = 60_000;

interface MailOrToken {
  readonly email?: string;
  readonly language?: string;
  readonly token?: string;
  readonly password?: string;
}

const orNothing = (): Error => fail('RequestValidationError', 'Give an email, or the token of a mail');
const badToken = (): Error => fail('InvalidOrExpiredToken', 'This token is unknown, used, or expired');

/** What is done by a link in a mail. Asking for one is answered the same way at once, whoever the address belongs to. */
export const mailLinkHandlers = (parts: IdentityDependencies) => ({
  async validateAccount(request: HttpRequest): Promise<Reply> {
    refuseAccessTokens(request.caller);
    const { users, oneTimeTokens, settings } = parts;
    const { email, language, token } = request.body as MailOrToken;
    if (token !== undefined) {
      const taken = await oneTimeTokens.take(hashOf(token), 'validation');
      const user = taken && (await users.find(taken.userId));
      // Deactivated meanwhile: an old mail does not bring somebody back.
      if (user?.status !== 'pending') throw badToken();
      await users.update(user.id, { set: { status: 'validated' } });
      return { body: { success: true } };
    }
    if (email === undefined) throw orNothing();
    if (settings.validation === 'email') inBackground(parts, request, { email, language, purpose: 'validation' });
    return { body: { success: true } };
  },

  async resetPassword(request: HttpRequest): Promise<Reply> {
    refuseAccessTokens(request.caller);
    const { email, language, token, password } = request.body as MailOrToken;
    if (token !== undefined) return setPassword(parts, request, { token, password: password ?? '' });
    if (email === undefined) throw orNothing();
    const headers = await countReset(parts, request);
    inBackground(parts, request, { email, language, purpose: 'password' });
    const { ip } = request.caller;
    parts.tell(
      'gateway.passwordReset.requested',
      { email: normaliseEmail(email), ...(ip !== undefined && { ip }) },
      request,
    );
    return { headers };
  },
});

/** Only clients with a public address are counted: those behind our own proxy are not told apart. */
const countReset = async ({ limiter, settings }: IdentityDependencies, { caller: { ip } }: HttpRequest) =>
  ip === undefined
    ? {}
    : limiter({ name: 'passwordReset', windowMs: MINUTE_MS, limit: settings.limits.passwordReset }, ip);

/** The answer has gone by then: it tells neither by its words nor by its time whether there is such an account. */
function inBackground(
  parts: IdentityDependencies,
  request: HttpRequest,
  { email, purpose, language }: { email: string; purpose: 'validation' | 'password'; language?: string },
): void {
  const wanted = purpose === 'validation' ? ['pending'] : ['pending', 'validated'];
  setImmediate(() => {
    parts.users.findByEmail(normaliseEmail(email)).then(
      (user) => {
        if (user && wanted.includes(user.status)) sendLink(parts, request, { user, purpose, language });
      },
      (error: unknown) => parts.log.error({ err: error, correlationId: request.caller.correlationId }, 'no mail sent'),
    );
  });
}

async function setPassword(
  parts: IdentityDependencies,
  request: HttpRequest,
  { token, password }: { token: string; password: string },
): Promise<Reply> {
  const { users, sessions, oneTimeTokens, hasher, settings, tell } = parts;
  // Before the token is used up: a mistyped password can be mended.
  assertPassword(password, settings.passwordPattern);
  const taken = await oneTimeTokens.take(hashOf(token), 'password');
  const found = taken && (await users.find(taken.userId));
  if (!found || found.status === 'deactivated') throw badToken();
  const passwordHash = await hasher.hash(password);
  // Who follows the link has the mailbox: that is what a validation asks for, too.
  const validates = found.status === 'pending' && settings.validation === 'email';
  const user = await users.update(found.id, {
    credentials: { passwordHash },
    ...(validates && { set: { status: 'validated' } }),
  });
  if (!user) throw badToken();
  // Whoever had the old password, or a second link, is out.
  const { userId, sessionId } = request.caller;
  await sessions.endAllOf(user.id, userId === user.id ? sessionId : undefined);
  await oneTimeTokens.deleteAllOf(user.id, 'password');
  const { ip } = request.caller;
  tell('gateway.passwordReset.succeeded', { email: user.email ?? '', ...(ip !== undefined && { ip }) }, request);
  return { body: shownTo(request.caller, user) };
}
