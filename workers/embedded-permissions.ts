import type { Host } from '../api/http/mint-event';
import { createPermissionsHandlers } from '../api/permissions/permissions-handlers';
import type { Permissions } from '../shared/ports/access';
import type { Deployments } from '../shared/ports/deployments';
import type { Log } from '../shared/ports/log';
import type { Config } from './config';
import type { Stores } from './embedded-stores';

interface Parts {
  readonly config: Config;
  readonly stores: Stores;
  readonly deployments: Deployments;
  readonly permissions: Permissions;
  readonly host: Host;
  readonly log: Log;
}

/** The service of permissions of the embedded default. */
export const createEmbeddedPermissions = ({ config, stores, deployments, permissions, host, log }: Parts) =>
  createPermissionsHandlers({
    ...{ deployments, permissions, broker: stores.broker, log, host: { ...host, service: 'permissions' } },
    store: stores.access,
    secrets: stores.secrets,
    creatorOf: (workspaceId) => stores.records.workspaceAudit(workspaceId).createdBy,
    async collaborator(userId) {
      const known = config.users.find((user) => user.userId === userId);
      if (known) return { id: userId, displayName: known.email ?? userId };
      return userId === 'owner' ? { id: userId, displayName: 'owner' } : null;
    },
    settings: { eventMaxLength: config.limits.eventMaxLength },
  });
