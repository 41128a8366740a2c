import type { KnownAccounts, Roles } from '../../ports/access';

/**
 * Says whose a session is, so that no other source of roles has to ask, and that super admins are `superadmin`
 * everywhere. Who owns a workspace stays its owner. A run that calls the API for its user does so without the rights over
 * the whole installation: its author chooses what it calls.
 */
export const rolesOfAccounts = (roles: Roles, accounts: KnownAccounts): Roles => ({
  async roleOf(workspaceId, { userId: given, sessionId, sourceWorkspaceId }) {
    const userId = given ?? (sessionId === undefined ? undefined : await accounts.userOfSession(sessionId));
    const role = await roles.roleOf(workspaceId, { userId, sessionId });
    if (userId === undefined || role === 'owner' || sourceWorkspaceId !== undefined) return role;
    return (await accounts.isSuperAdmin(userId)) ? 'superadmin' : role;
  },
});
