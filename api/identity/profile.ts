import { fail } from '../../shared/core/errors/errors';
import type { User } from '../../shared/core/identity/user';
import type { Json, JsonObject } from '../../shared/core/json';
import type { UserChange } from '../../shared/ports/identity/user-store';
import { assertPhoto } from '../http/assert-photo';
import type { Reply } from '../http/contract';
import type { IdentityDependencies } from './dependencies';
import { hashOf } from './secret-tokens';
import { sendLink } from './send-link';
import { forUsers, isSuperAdmin, shownTo, type UserRequest } from './who-asks';

/** Fields that a user may change of himself. */
const OWN = new Set(['firstName', 'lastName', 'meta', 'photo', 'language']);
/** Fields of any user that a super admin may change; himself a user may change those that are his own. */
const ANY = new Set(['firstName', 'lastName', 'meta', 'status', 'platformRole', 'groups']);
const MINE_AMONG_ANY = new Set(['firstName', 'lastName', 'meta']);

/** Accounts as their users, and super admins, change and delete them. */
export const profileHandlers = (parts: IdentityDependencies) => ({
  updateMyself: forUsers(parts, async (request) => {
    const change = only(request.body as JsonObject, OWN);
    assertAddress(change['photo']);
    await assertPhoto(parts.photos, change['photo']);
    return changed(parts, request, request.user.id, { set: change as UserChange['set'] });
  }),

  askToDeleteMyself: forUsers(
    parts,
    async (request) => {
      sendLink(parts, request, { user: request.user, purpose: 'deletion' });
      return { body: { success: true } };
    },
    { anonymous: false },
  ),

  updateUser: forUsers(
    parts,
    async (request) => {
      const { userId = '' } = request.params;
      const isAdmin = isSuperAdmin(request.caller);
      if (!isAdmin && userId !== request.user.id) throw fail('ForbiddenError', 'You may not change this user');
      const change = only(request.body as JsonObject, isAdmin ? ANY : MINE_AMONG_ANY);
      const reply = await changed(parts, request, userId, { set: change as UserChange['set'] });
      // An account that comes back later does not bring its old sessions back.
      if (change['status'] === 'deactivated') await parts.sessions.endAllOf(userId);
      return reply;
    },
    { accessTokens: true },
  ),

  deleteUser: forUsers(
    parts,
    async (request) => {
      const { userId = '' } = request.params;
      const { token } = request.query;
      if (!isSuperAdmin(request.caller)) await assertDeletionToken(parts, request.user, { userId, token });
      if (!(await deleteAccount(parts, userId))) throw fail('ObjectNotFoundError', 'Unknown user', { userId });
      const { ip } = request.caller;
      parts.tell('gateway.users.deleted', { userId, ...(ip !== undefined && { ip }) }, request);
      return { body: { success: true } };
    },
    { accessTokens: true },
  ),

  setMyMeta: forUsers(
    parts,
    (request) => metaOf(changed(parts, request, request.user.id, { meta: { set: request.body as JsonObject } })),
    { anonymous: false },
  ),

  deleteMyMeta: forUsers(
    parts,
    (request) => metaOf(changed(parts, request, request.user.id, { meta: { remove: [request.params['key'] ?? ''] } })),
    { anonymous: false },
  ),
});

/** @throws ForbiddenError for any other field: what a caller may not set must not be set in silence */
function only(body: JsonObject, allowed: ReadonlySet<string>): JsonObject {
  const other = Object.keys(body).find((field) => !allowed.has(field));
  if (other !== undefined) throw fail('ForbiddenError', `Unauthorized update on '${other}' field`, { field: other });
  return body;
}

/** @throws InvalidFile */
function assertAddress(photo: Json | undefined): void {
  if (typeof photo !== 'string' || photo === '' || (URL.canParse(photo) && /^https?:$/.test(new URL(photo).protocol)))
    return;
  throw fail('InvalidFile', 'A photo is the http(s) address of an image', { field: 'photo' });
}

async function changed(
  { users, tell }: IdentityDependencies,
  request: UserRequest,
  id: string,
  change: UserChange,
): Promise<Reply & { readonly user: User }> {
  const user = await users.update(id, change);
  if (!user) throw fail('ObjectNotFoundError', 'Unknown user', { userId: id });
  const shown = shownTo(request.caller, user);
  tell('gateway.users.updated', { user: shown }, request);
  return { body: shown, user };
}

const metaOf = async (reply: Promise<{ readonly user: User }>): Promise<Reply> => ({ body: (await reply).user.meta });

async function assertDeletionToken(
  { oneTimeTokens }: IdentityDependencies,
  user: User,
  { userId, token }: { userId: string; token: string | readonly string[] | undefined },
): Promise<void> {
  const refused = fail('ForbiddenError', 'Give the token of the mail that you have been sent', { userId });
  if (userId !== user.id || typeof token !== 'string') throw refused;
  if ((await oneTimeTokens.take(hashOf(token), 'deletion'))?.userId !== user.id) throw refused;
}

/** The user first: without it nothing else of the account counts any more. */
async function deleteAccount(
  { users, sessions, accessTokens, oneTimeTokens }: IdentityDependencies,
  userId: string,
): Promise<boolean> {
  const existed = await users.delete(userId);
  await Promise.all([sessions.endAllOf(userId), accessTokens.deleteAllOf(userId), oneTimeTokens.deleteAllOf(userId)]);
  return existed;
}
