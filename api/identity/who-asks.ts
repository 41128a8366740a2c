import { fail } from '../../shared/core/errors/errors';
import { isAnonymous, shownUser, type User } from '../../shared/core/identity/user';
import type { JsonObject } from '../../shared/core/json';
import type { Caller } from '../../shared/ports/access';
import type { HttpRequest, Reply } from '../http/contract';
import type { IdentityDependencies } from './dependencies';
import { ACCESS_TOKEN_PREFIX } from './session-owner';
import { SUPER_ADMIN } from './settings';

export const isSuperAdmin = ({ platform }: Pick<Caller, 'platform'>): boolean => platform?.role === SUPER_ADMIN;

/** A user as this caller may see it. */
export const shownTo = (caller: Caller, user: User): JsonObject =>
  shownUser(user, { isSuperAdmin: isSuperAdmin(caller) });

/** Accounts and sessions are made and changed by people. @throws AuthenticationError for a program with an access token */
export function refuseAccessTokens({ sessionId }: Pick<Caller, 'sessionId'>): void {
  if (sessionId?.startsWith(ACCESS_TOKEN_PREFIX))
    throw fail('AuthenticationError', 'Calling this API with an access token is forbidden.');
}

export type UserRequest = HttpRequest & { readonly user: User; readonly sessionId: string };

/**
 * A route for those who have logged in.
 * @throws AuthenticationError for others, and for programs with an access token unless they are let in
 */
export const forUsers =
  (
    { users }: Pick<IdentityDependencies, 'users'>,
    handler: (request: UserRequest) => Promise<Reply>,
    allow: { readonly accessTokens?: boolean; readonly anonymous?: boolean } = {},
  ) =>
  async (request: HttpRequest): Promise<Reply> => {
    const { userId, sessionId } = request.caller;
    const user = userId === undefined ? null : await users.find(userId);
    if (user === null || sessionId === undefined) throw fail('AuthenticationError', 'Unauthenticated');
    if (!allow.accessTokens) refuseAccessTokens(request.caller);
    if (isAnonymous(user) && allow.anonymous === false)
      throw fail('AuthenticationError', 'An anonymous user may not do this');
    return handler(Object.assign(request, { user, sessionId }));
  };
