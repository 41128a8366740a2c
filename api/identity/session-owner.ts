import type { KnownAccounts } from '../../shared/ports/access';
import type { SessionStore } from '../../shared/ports/identity/session-store';
import type { AccessTokenStore } from '../../shared/ports/identity/token-stores';
import type { UserStore } from '../../shared/ports/identity/user-store';
import { platformRoleOf, SUPER_ADMIN, type IdentitySettings } from './settings';

/** Of access tokens, and of the sessions that they stand for. */
export const ACCESS_TOKEN_PREFIX = 'at:';

interface SessionStores {
  readonly sessions: Pick<SessionStore, 'find'>;
  readonly accessTokens: Pick<AccessTokenStore, 'findById'>;
  readonly now?: () => number;
}

/** The user of a session that is open, of a login or of an access token. */
export async function ownerOfSession(
  sessionId: string,
  { sessions, accessTokens, now = Date.now }: SessionStores,
): Promise<string | undefined> {
  if (!sessionId.startsWith(ACCESS_TOKEN_PREFIX)) return (await sessions.find(sessionId))?.userId;
  const token = await accessTokens.findById(sessionId.slice(ACCESS_TOKEN_PREFIX.length));
  return token !== null && token.expiresAt > now() ? token.userId : undefined;
}

/** What the stores of identity know of users, for whoever looks up roles. */
export const accountsIn = (
  parts: SessionStores & {
    readonly users: Pick<UserStore, 'find'>;
    readonly settings: Pick<IdentitySettings, 'superAdminEmails'>;
  },
): KnownAccounts => {
  const validated = async (userId: string) => {
    const user = await parts.users.find(userId);
    return user?.status === 'validated' ? user : null;
  };
  return {
    async userOfSession(sessionId) {
      const userId = await ownerOfSession(sessionId, parts);
      return userId === undefined ? undefined : (await validated(userId))?.id;
    },
    async isSuperAdmin(userId) {
      const user = await validated(userId);
      return user !== null && platformRoleOf(user, parts.settings) === SUPER_ADMIN;
    },
  };
};
