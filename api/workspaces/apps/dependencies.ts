import type { Permissions, Roles } from '../../../shared/ports/access';
import type { AppStore } from '../../../shared/ports/app-store';
import type { Broker } from '../../../shared/ports/broker';
import type { Deployments } from '../../../shared/ports/deployments';
import type { Log } from '../../../shared/ports/log';
import type { WorkspaceRecords } from '../../../shared/ports/workspace-records';
import type { JsonObject } from '../../../shared/core/json';
import type { Host } from '../../http/mint-event';

/** What the service of apps works with. */
export interface AppsDependencies {
  readonly apps: AppStore;
  readonly deployments: Deployments;
  readonly records: WorkspaceRecords;
  readonly permissions: Permissions;
  /** Of the workspace that is the app: a request for an app names none. */
  readonly roles: Roles;
  readonly broker: Pick<Broker, 'append'>;
  /** Brings what an app is now to all who install it. */
  readonly redeploy: (appSlug: string) => Promise<void>;
  /** Tells the instances of an app, wherever they are. */
  readonly tellInstances: (appSlug: string, type: string, payload: JsonObject) => Promise<void>;
  /** @returns why there is no image at an address; null = there is */
  readonly lookAtPhoto: (url: string) => Promise<string | null>;
  /** What the operator has set for an app: the last resort of its config. */
  readonly configSettings: (appSlug: string) => JsonObject;
  readonly log: Log;
  readonly host: Host;
  readonly settings: {
    /** Versions kept of an app (MAXIMUM_APP_VERSION). */
    readonly maximumVersions: number;
    /** Characters of one event. */
    readonly eventMaxLength: number;
  };
}
