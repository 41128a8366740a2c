import { randomUUID } from 'node:crypto';
import { fail } from '../../shared/core/errors/errors';
import { isEmail, normaliseEmail, type User } from '../../shared/core/identity/user';
import type { HttpRequest, Reply } from '../http/contract';
import type { IdentityDependencies } from './dependencies';
import { sendLink } from './send-link';
import { refuseAccessTokens, shownTo } from './who-asks';

interface SignUp {
  readonly email: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly language?: string;
}

/** Opens accounts; nobody is logged in by it. */
export const signUpHandlers = (parts: IdentityDependencies) => ({
  async signUp(request: HttpRequest): Promise<Reply> {
    refuseAccessTokens(request.caller);
    const { users, hasher, settings, tell } = parts;
    const { email: given, password, firstName, lastName, language } = request.body as unknown as SignUp;
    const email = normaliseEmail(given);
    if (!isEmail(email)) throw fail('InvalidEmail', 'This is no email address');
    assertPassword(password, settings.passwordPattern);
    const validation = settings.superAdminEmails.has(email) ? 'auto' : settings.validation;
    const id = randomUUID();
    const user: User = {
      ...{ id, email, firstName, lastName },
      ...(language !== undefined && { language }),
      status: validation === 'auto' ? 'validated' : 'pending',
      mfa: 'none',
      meta: {},
      groups: [],
      authData: { prismeai: { id, email } },
    };
    // Hashed first: an address that is taken is told as slowly as a new one.
    const passwordHash = await hasher.hash(password);
    if (!(await users.create(user, { passwordHash }))) throw fail('AlreadyUsed', 'email already in use');
    if (validation === 'email') sendLink(parts, request, { user, purpose: 'validation', language });
    const { ip } = request.caller;
    const shown = shownTo(request.caller, user);
    tell('gateway.signup.succeeded', { ...(ip !== undefined && { ip }), user: shown }, request);
    return { body: { ...shown, validation } };
  },
});

/** Longer ones are no passwords: the pattern of a setting may take its time over a long text. */
const LONGEST = 256;

/** @throws InvalidPassword */
export function assertPassword(password: string, pattern: RegExp): void {
  if (password.length > LONGEST || !pattern.test(password))
    throw fail('InvalidPassword', 'The password is not as it has to be', { pattern: pattern.source });
}
