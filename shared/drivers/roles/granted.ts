import type { Roles } from '../../ports/access';
import { PUBLIC, type PermissionStore } from '../../ports/permission-store';

/**
 * Roles that workspaces were shared as: with the user, else with everybody. What others say of a user (settings, who made
 * the workspace) comes first.
 */
export const rolesWithGrants = (roles: Roles, store: Pick<PermissionStore, 'grantOf'>): Roles => ({
  async roleOf(workspaceId, who) {
    const given = await roles.roleOf(workspaceId, who);
    if (given !== null) return given;
    const own = who.userId === undefined ? undefined : store.grantOf(workspaceId, who.userId)?.role;
    return own ?? store.grantOf(workspaceId, PUBLIC)?.role ?? null;
  },
});
