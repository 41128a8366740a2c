import { createHash } from 'node:crypto';
import { toExecuteRule } from '../../core/workspaces/compile-security';
import type { ExecuteRule } from '../../core/permissions/may-execute';
import type { Authorizations } from '../../core/permissions/rule';
import { executeRulesOfRoles } from '../../core/workspaces/execute-rules-of-roles';
import type { ApiKeys } from '../../ports/access';
import type { PermissionStore } from '../../ports/permission-store';
import { roleOfKey } from './role-keys';

/** Keys are random, so a plain hash is as good as a slow one, and looking one up takes no longer for a near miss. */
export const hashOfApiKey = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** Longer ones are none of ours. */
const LONGEST = 200;

export const storedApiKeys = (store: Pick<PermissionStore, 'apiKeyByHash' | 'apiKeyById'>): ApiKeys => ({
  async find(workspaceId, key) {
    if (key.length > LONGEST) return null;
    const found = store.apiKeyByHash(workspaceId, hashOfApiKey(key));
    return found && !found.disabled ? { id: found.id } : null;
  },
  async givesNow(workspaceId, id) {
    const found = store.apiKeyById(workspaceId, id);
    return found && !found.disabled ? found.source : null;
  },
});

/** What a run that was started with the key may execute besides. */
export const executeRulesOfKeys =
  (store: Pick<PermissionStore, 'apiKeyById'>, authorizationsOf: (workspaceId: string) => Authorizations) =>
  (workspaceId: string, apiKeyId: string): readonly ExecuteRule[] => {
    const role = roleOfKey(apiKeyId);
    if (role !== undefined) return executeRulesOfRoles(authorizationsOf(workspaceId), [role]);
    const key = store.apiKeyById(workspaceId, apiKeyId);
    return key && !key.disabled ? key.rules.flatMap(toExecuteRule) : [];
  };
