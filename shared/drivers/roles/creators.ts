import type { Roles } from '../../ports/access';

/** Who has made a workspace owns it; what others have said of a user comes first. */
export const rolesWithCreators = (
  roles: Roles,
  known: {
    creatorOf(workspaceId: string): string | undefined;
    userOfSession(sessionId: string): string | undefined;
  },
): Roles => ({
  async roleOf(workspaceId, who) {
    const given = await roles.roleOf(workspaceId, who);
    if (given !== null) return given;
    const userId = who.userId ?? (who.sessionId === undefined ? undefined : known.userOfSession(who.sessionId));
    return userId !== undefined && known.creatorOf(workspaceId) === userId ? 'owner' : null;
  },
});
