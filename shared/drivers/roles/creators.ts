import type { Roles } from '../../ports/access';

/** Who has made a workspace owns it; what others have said of a user comes first. */
export const rolesWithCreators = (
  roles: Roles,
  known: { creatorOf(workspaceId: string): string | undefined },
): Roles => ({
  async roleOf(workspaceId, who) {
    const given = await roles.roleOf(workspaceId, who);
    if (given !== null) return given;
    return who.userId !== undefined && known.creatorOf(workspaceId) === who.userId ? 'owner' : null;
  },
});
