import type { Roles } from '../../ports/access';
import { PUBLIC, type PermissionStore } from '../../ports/permission-store';

/**
 * Roles that workspaces were shared as: with the user, else with everybody. What others say of a user (settings, who made
 * the workspace) comes first.
 */
export const rolesWithGrants = (
  roles: Roles,
  known: {
    readonly store: Pick<PermissionStore, 'grantOf'>;
    userOfSession(sessionId: string): string | undefined;
  },
): Roles => ({
  async roleOf(workspaceId, who) {
    const given = await roles.roleOf(workspaceId, who);
    if (given !== null) return given;
    const userId = who.userId ?? (who.sessionId === undefined ? undefined : known.userOfSession(who.sessionId));
    const own = userId === undefined ? undefined : known.store.grantOf(workspaceId, userId)?.role;
    return own ?? known.store.grantOf(workspaceId, PUBLIC)?.role ?? null;
  },
});
