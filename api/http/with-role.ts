import type { Caller, Roles } from '../../shared/ports/access';

/** The caller with its role in the workspace. Whoever has shown no credential has none. */
export async function withRole<C extends Pick<Caller, 'userId' | 'sessionId'>>(
  roles: Roles,
  caller: C,
  workspaceId: string,
): Promise<C & Pick<Caller, 'role'>> {
  const { userId, sessionId } = caller;
  if (userId === undefined && sessionId === undefined) return caller;
  const role = await roles.roleOf(workspaceId, { userId, sessionId });
  return role === null ? caller : { ...caller, role };
}
