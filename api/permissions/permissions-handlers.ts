import type { Handlers } from '../http/contract';
import { createCreateApiKey, createDeleteApiKey, createListApiKeys, createUpdateApiKey } from './api-keys';
import type { PermissionsDependencies } from './dependencies';
import { createDeleteSecret, createListSecrets, createReplaceSecrets, createUpdateSecrets } from './secrets';
import { createGetSecurity, createListRoles, createPutSecurity } from './security';
import { createListPermissions, createShare, createUnshare } from './sharing';

/** Keyed by operationId of `shared/contracts/openapi/permissions.yaml`. */
export const createPermissionsHandlers = (dependencies: PermissionsDependencies): Handlers => ({
  getSecurity: createGetSecurity(dependencies),
  putSecurity: createPutSecurity(dependencies),
  listRoles: createListRoles(dependencies),
  listPermissions: createListPermissions(dependencies),
  share: createShare(dependencies),
  unshare: createUnshare(dependencies),
  listApiKeys: createListApiKeys(dependencies),
  createApiKey: createCreateApiKey(dependencies),
  updateApiKey: createUpdateApiKey(dependencies),
  deleteApiKey: createDeleteApiKey(dependencies),
  listSecrets: createListSecrets(dependencies),
  replaceSecrets: createReplaceSecrets(dependencies),
  updateSecrets: createUpdateSecrets(dependencies),
  deleteSecret: createDeleteSecret(dependencies),
});
