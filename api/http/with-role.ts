import type { Caller, Roles } from '../../shared/ports/access';

/** The caller with its role in the workspace. Whoever has shown no credential has the one that everybody has, if any. */
export async function withRole<C extends Pick<Caller, 'userId' | 'sessionId' | 'platform'>>(
  roles: Roles,
  caller: C,
  workspaceId: string,
): Promise<C & Pick<Caller, 'role'>> {
  const { userId, sessionId, platform } = caller;
  const { sourceWorkspaceId } = platform ?? {};
  const role = await roles.roleOf(workspaceId, { userId, sessionId, sourceWorkspaceId });
  return role === null ? caller : { ...caller, role };
}
