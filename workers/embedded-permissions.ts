import type { Host } from '../api/http/mint-event';
import { createPermissionsHandlers } from '../api/permissions/permissions-handlers';
import type { Permissions } from '../shared/ports/access';
import type { Deployments } from '../shared/ports/deployments';
import type { UserStore } from '../shared/ports/identity/user-store';
import type { Log } from '../shared/ports/log';
import type { Config } from './config';
import type { Stores } from './embedded-stores';

interface Parts {
  readonly config: Config;
  readonly stores: Stores;
  readonly deployments: Deployments;
  readonly deploy: (workspaceId: string) => Promise<unknown>;
  readonly permissions: Permissions;
  readonly host: Host;
  readonly log: Log;
  readonly users: Pick<UserStore, 'find'>;
}

/** The service of permissions of the embedded default. */
export const createEmbeddedPermissions = ({
  config,
  stores,
  deployments,
  deploy,
  permissions,
  host,
  log,
  users,
}: Parts) =>
  createPermissionsHandlers({
    ...{ deployments, permissions, broker: stores.broker, log, host: { ...host, service: 'permissions' } },
    store: stores.access,
    secrets: stores.secrets,
    secretsChanged: deploy,
    creatorOf: (workspaceId) => stores.records.workspaceAudit(workspaceId).createdBy,
    async collaborator(userId) {
      const user = await users.find(userId);
      return user && { id: userId, displayName: user.email ?? `${user.firstName} ${user.lastName}`.trim() };
    },
    settings: { eventMaxLength: config.limits.eventMaxLength },
  });
