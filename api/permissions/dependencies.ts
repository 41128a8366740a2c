import type { Permissions } from '../../shared/ports/access';
import type { Deployments } from '../../shared/ports/deployments';
import type { PermissionStore } from '../../shared/ports/permission-store';
import type { SecretStore } from '../../shared/ports/secret-store';
import type { AnnounceDependencies } from '../http/announce';

/** Somebody that something can be shared with. */
export interface Collaborator {
  readonly id: string;
  readonly displayName?: string;
}

/** What the service of permissions works with. */
export interface PermissionsDependencies extends AnnounceDependencies {
  readonly deployments: Pick<Deployments, 'view' | 'change'>;
  readonly permissions: Permissions;
  readonly store: PermissionStore;
  readonly secrets: SecretStore;
  /** Null: there is nobody of this id. */
  readonly collaborator: (userId: string) => Promise<Collaborator | null>;
  /** Who made the workspace, and so owns it whatever else is said. */
  readonly creatorOf: (workspaceId: string) => string | undefined;
}
