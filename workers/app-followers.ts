import type { ActiveReleases } from '../api/runtime/deploy/active-releases';
import type { AppDependents } from '../api/runtime/deploy/app-dependents';
import type { DeployWorkspace } from '../api/runtime/deploy/deploy-workspace';
import { appKey } from '../api/runtime/deploy/read-apps';
import { createTellInstances } from '../api/runtime/deploy/tell-instances';
import type { Host } from '../api/http/mint-event';
import type { Broker } from '../shared/ports/broker';
import type { Log } from '../shared/ports/log';

interface AppFollowersDependencies {
  readonly deploy: DeployWorkspace;
  readonly dependents: AppDependents;
  readonly releases: ActiveReleases;
  readonly broker: Pick<Broker, 'append'>;
  readonly host: Host;
  readonly log: Log;
}

/** What happens where an app is installed when the app changes. */
export function createAppFollowers({ deploy, dependents, log, ...others }: AppFollowersDependencies) {
  const tellInstances = createTellInstances(others);
  /** One that cannot be deployed goes on with what it has; the others follow. */
  const redeploy = async (appSlug: string): Promise<void> => {
    for (const workspaceId of dependents.of([appKey(appSlug)]))
      await deploy(workspaceId).catch((error: unknown) => {
        log.error({ workspaceId, appSlug, err: error }, 'the app has changed, but the workspace could not follow');
      });
  };
  return {
    tellInstances,
    redeploy,
    /** The app has gone with its workspace, which tells of itself only. */
    async withdrawn(appSlug: string): Promise<void> {
      await redeploy(appSlug);
      await tellInstances(appSlug, 'apps.deleted', { appSlug }).catch((error: unknown) => {
        log.error({ appSlug, err: error }, 'the app has gone, but its instances were not told');
      });
    },
  };
}
