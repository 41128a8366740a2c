import { boundRoles } from '../../core/permissions/party';
import type { ExecuteRule } from '../../core/permissions/may-execute';
import type { Authorizations } from '../../core/permissions/rule';
import type { RunIdentity } from '../../core/run/types';
import { executeRulesOfRoles } from '../../core/workspaces/execute-rules-of-roles';

/**
 * What a user may execute by roles that the security document binds to how people sign in.
 * @param authDataOf  of an event only the user or the session is known
 */
export const boundExecution =
  (
    authorizationsOf: (workspaceId: string) => Authorizations,
    authDataOf: (who: Pick<RunIdentity, 'userId' | 'sessionId'>) => Promise<RunIdentity['authData']>,
  ) =>
  async (workspaceId: string, identity: RunIdentity): Promise<readonly ExecuteRule[]> => {
    const authorizations = authorizationsOf(workspaceId);
    const isBound = authorizations.roles.some(({ auth }) => auth !== undefined && Object.keys(auth).length > 0);
    if (!isBound) return [];
    const authData = identity.authData ?? (await authDataOf(identity));
    return executeRulesOfRoles(authorizations, boundRoles(authorizations, authData));
  };
