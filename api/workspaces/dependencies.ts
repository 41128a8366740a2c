import type { JsonObject } from '../../shared/core/json';
import type { Permissions, Roles } from '../../shared/ports/access';
import type { AppStore } from '../../shared/ports/app-store';
import type { Broker } from '../../shared/ports/broker';
import type { Deployments, WorkspaceRuns } from '../../shared/ports/deployments';
import type { GitRepositories } from '../../shared/ports/git-repositories';
import type { Log } from '../../shared/ports/log';
import type { Photos } from '../../shared/ports/photos';
import type { WorkspaceRecords } from '../../shared/ports/workspace-records';
import type { Handler } from '../http/contract';
import type { Host } from '../http/mint-event';

/** Who belongs to a workspace. */
export interface Members {
  userIdOf(email: string): Promise<string | undefined>;
  /** Has made it, or has it shared with them by name: not what everybody has. */
  isMember(workspaceId: string, userId: string): boolean;
}

/** What the service of workspaces works with. */
export interface WorkspacesDependencies {
  readonly deployments: Deployments;
  readonly records: WorkspaceRecords;
  readonly permissions: Permissions;
  /** Of a workspace that the path of a request does not name. */
  readonly roles: Roles;
  readonly members: Members;
  readonly broker: Pick<Broker, 'append'>;
  readonly git: GitRepositories;
  /** As which app a workspace is published: archives tell it. */
  readonly apps: Pick<AppStore, 'find' | 'ofWorkspace'>;
  /** An archive of an app is published after it has come in. */
  readonly publishApp: Handler;
  readonly runs: Pick<WorkspaceRuns, 'countOpen'>;
  /** By name, for credentials of repositories. */
  readonly secretsOf: (workspaceId: string) => JsonObject;
  readonly photos: Photos;
  readonly log: Log;
  readonly host: Host;
  readonly settings: {
    /** Versions kept of a workspace (MAXIMUM_WORKSPACE_VERSION). */
    readonly maximumVersions: number;
    /** Characters of one event. */
    readonly eventMaxLength: number;
  };
}
