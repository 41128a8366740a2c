import { randomUUID } from 'node:crypto';
import { fail } from '../../shared/core/errors/errors';
import { isEmail, type User } from '../../shared/core/identity/user';
import { isObject, type JsonObject } from '../../shared/core/json';
import type { ProviderProfile } from '../../shared/ports/identity/login-provider';
import type { IdentityDependencies } from './dependencies';

type Parts = Pick<IdentityDependencies, 'users' | 'sessions' | 'accessTokens' | 'oneTimeTokens'>;

/**
 * The account of somebody whom a provider has let in: the one that is linked with this person there, else the one with the
 * address that the provider has verified, else a new one.
 * @throws AuthenticationError when none of these may be used
 */
export async function accountOf(parts: Parts, provider: string, profile: ProviderProfile): Promise<User> {
  const linked = await parts.users.findByProvider(provider, profile.subject);
  if (linked) return enter(parts, linked, provider, profile);
  const { email } = profile;
  if (email === undefined || !isEmail(email)) throw refused('tells no email address of yours');
  // Whoever may write any address into a profile would be whoever they like.
  if (!profile.emailVerified) throw refused('has not verified your email address');
  const known = await parts.users.findByEmail(email);
  if (known) return enter(parts, known, provider, profile);
  const user = newUser(provider, profile, email);
  if (await parts.users.create(user)) return user;
  // Another login of the same person was quicker.
  const made = await parts.users.findByEmail(email);
  if (made) return enter(parts, made, provider, profile);
  throw refused('is asked for this account twice at once');
}

/** An account that is there already, with what the provider says today. */
async function enter(parts: Parts, user: User, provider: string, profile: ProviderProfile): Promise<User> {
  if (user.status === 'deactivated') throw fail('AuthenticationError', 'This account may not log in.');
  const was = Object.hasOwn(user.authData, provider) ? user.authData[provider] : undefined;
  // An address that the provider has given to somebody else does not give them the account.
  if (isObject(was) && was['id'] !== profile.subject)
    throw refused('knows this email address as that of somebody else');
  const isProved = profile.emailVerified && profile.email === user.email;
  if (user.status === 'pending' && !isProved) throw refused('has not verified the email address of this account');
  if (user.status === 'pending') await forgetClaims(parts, user.id);
  const changed = await parts.users.update(user.id, {
    authData: { [provider]: dataOf(profile) },
    ...(user.status === 'pending' && {
      set: { status: 'validated', mfa: 'none' },
      credentials: { passwordHash: null, totpSecret: null },
    }),
  });
  if (!changed) throw fail('AuthenticationError', 'This account may not log in.');
  return changed;
}

/**
 * Nobody has proved yet that a pending account is theirs: whoever opened it with this address may be a stranger, who would
 * share the account from now on by the password that they have chosen.
 */
async function forgetClaims({ sessions, accessTokens, oneTimeTokens }: Parts, userId: string): Promise<void> {
  await Promise.all([
    sessions.endAllOf(userId),
    accessTokens.deleteAllOf(userId),
    oneTimeTokens.deleteAllOf(userId, 'validation'),
  ]);
}

function newUser(provider: string, profile: ProviderProfile, email: string): User {
  return {
    ...{ id: randomUUID(), email, status: 'validated' },
    firstName: (profile.firstName ?? email.slice(0, email.lastIndexOf('@'))).slice(0, LONGEST_NAME),
    lastName: (profile.lastName ?? '').slice(0, LONGEST_NAME),
    ...{ mfa: 'none', meta: {}, groups: [] },
    authData: { [provider]: dataOf(profile) },
  };
}

const LONGEST_NAME = 60;
/** It goes with every request of the user, in a header. */
const LARGEST_CLAIMS = 4_000;

/** What rules of workspaces may look at (`authData.<provider>`): all claims, or who it is when there are too many. */
function dataOf({ subject, email, claims }: ProviderProfile): JsonObject {
  const who = { id: subject, ...(email !== undefined && { email }) };
  return JSON.stringify(claims).length > LARGEST_CLAIMS ? who : { ...claims, ...who };
}

const refused = (why: string): Error => fail('AuthenticationError', `The login provider ${why}.`);
