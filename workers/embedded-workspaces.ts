import { lookup } from 'node:dns/promises';
import { join } from 'node:path';
import { isPrivateAddress } from '../activities/fetch/private-addresses';
import type { Host } from '../api/http/mint-event';
import type { ActiveReleases } from '../api/runtime/deploy/active-releases';
import type { AppDependents } from '../api/runtime/deploy/app-dependents';
import { createAppsHandlers } from '../api/workspaces/apps/apps-handlers';
import type { AppsDependencies } from '../api/workspaces/apps/dependencies';
import { isOpenFolder } from '../api/workspaces/apps/find-app';
import { createPublishApp } from '../api/workspaces/apps/publish-app';
import { createDeployer, createDeployWorkspace, type DeployDependencies } from '../api/runtime/deploy/deploy-workspace';
import { createDeployments } from '../api/runtime/deploy/deployments';
import type { WorkspaceViews } from '../api/runtime/deploy/workspace-views';
import { startConfigWrites } from '../api/workspaces/save-config-writes';
import { createWorkspacesHandlers } from '../api/workspaces/workspaces-handlers';
import { filesDigest } from '../shared/core/workspaces/files-digest';
import { gitProgram } from '../shared/drivers/git-repositories/git-program';
import type { IdentityStores } from '../shared/drivers/identity-stores/sqlite';
import type { Permissions, Roles } from '../shared/ports/access';
import type { WorkspaceFileWriter, WorkspaceRuns } from '../shared/ports/deployments';
import type { Log } from '../shared/ports/log';
import type { RunEngine } from '../shared/ports/run-engine';
import type { WorkspaceFiles } from '../shared/ports/workspace-files';
import { createAppFollowers } from './app-followers';
import type { Config } from './config';
import { membersOfWorkspaces } from './members-of-workspaces';
import type { Stores } from './embedded-stores';
import { photosOf } from './photos';
import type { WorkspaceSecrets } from './workspace-secrets';

/** Where workspaces are kept, and what becomes of their runs. */
export interface WorkspaceParts {
  readonly files: WorkspaceFiles;
  readonly writer: WorkspaceFileWriter;
  readonly runs: WorkspaceRuns;
}

interface Parts extends WorkspaceParts {
  readonly config: Config;
  readonly stores: Stores;
  readonly secrets: Pick<WorkspaceSecrets, 'of'>;
  readonly engine: Pick<RunEngine, 'reconcileSchedules'>;
  readonly releases: ActiveReleases;
  readonly views: WorkspaceViews;
  readonly dependents: AppDependents;
  readonly permissions: Permissions;
  readonly roles: Roles;
  readonly identityStores: Pick<IdentityStores, 'users'>;
  readonly host: Host;
  readonly log: Log;
  /** Removes what was uploaded to a workspace. */
  readonly forgetFiles: (workspaceId: string) => Promise<void>;
}

/** Deployment of what lies in the folder and of what is saved over HTTP: one turn a workspace for both. */
export function createEmbeddedWorkspaces(parts: Parts) {
  const {
    config,
    stores,
    engine,
    releases,
    views,
    dependents,
    permissions,
    roles,
    host,
    log,
    files,
    writer,
    runs,
    secrets,
    forgetFiles,
  } = parts;
  const { broker, records, releases: store } = stores;
  const dependencies: DeployDependencies = {
    ...{ files, store, engine, releases, broker, log, host, dependents, strict: config.strictDeploy },
    apps: {
      published: stores.apps,
      isOpenFolder: (workspaceId) => isOpenFolder(records, workspaceId),
    },
    isLenient: (workspaceId, texts) => records.lenient(workspaceId) === filesDigest(texts),
    secretsVersionOf: (workspaceId) => stores.secrets.versionOf(workspaceId),
    isSuspended: (workspaceId) => records.suspension(workspaceId) !== null,
    onCompiled: (workspaceId, compiled) => views.note(workspaceId, compiled),
    async onDeployed({ workspaceId, digest, automations }) {
      // A save that a crash has stopped was noted when it began to count.
      if (records.releases(workspaceId, { limit: 1 }).rows[0]?.digest === digest) return;
      const row = { digest, at: Date.now(), message: 'files changed', automations: Object.keys(automations).length };
      await records.noteRelease(workspaceId, row);
    },
  };
  const deployer = createDeployer(dependencies);
  const deploy = createDeployWorkspace(dependencies, deployer);
  const changes = createDeployments({ files, writer, records, deployer, deploy, views, releases, runs, log });
  const { redeploy, tellInstances, withdrawn } = createAppFollowers({
    ...{ deploy, dependents, releases, broker, log, host: { ...host, service: 'workspaces' } },
  });
  const deployments = {
    ...changes,
    /** A later workspace of the same name is shared with nobody, knows no secret, and has no files. */
    async remove(workspaceId: string, by?: string) {
      const app = stores.apps.ofWorkspace(workspaceId);
      // First: an app without its workspace could never be withdrawn.
      if (app) await stores.apps.remove(app.slug);
      const view = await changes.remove(workspaceId, by);
      if (app) await withdrawn(app.slug);
      const names = stores.secrets.list(workspaceId).map(({ name }) => [name, null] as const);
      await stores.access.forget(workspaceId);
      await forgetFiles(workspaceId);
      await stores.secrets.change(workspaceId, Object.fromEntries(names));
      return view;
    },
  };
  const settings = { eventMaxLength: config.limits.eventMaxLength };
  const shared = {
    ...{ deployments, records, permissions, roles, broker, log, host: { ...host, service: 'workspaces' } },
    photos: photosOf(config).workspaces,
  };
  const appsDependencies: AppsDependencies = {
    ...{ ...shared, apps: stores.apps, redeploy, tellInstances },
    configSettings: (appSlug) => config.configSettings.app(appSlug),
    settings: { ...settings, maximumVersions: config.maximumAppVersions },
  };
  return {
    deploy,
    deployments,
    startConfigWrites: () => startConfigWrites({ ...shared, writes: stores.configWrites, settings }),
    apps: createAppsHandlers(appsDependencies),
    handlers: createWorkspacesHandlers({
      ...{ ...shared, runs, apps: stores.apps, publishApp: createPublishApp(appsDependencies) },
      members: membersOfWorkspaces(config, stores, parts.identityStores),
      git: gitProgram({
        dir: join(config.dataDir, 'git'),
        localPaths: config.git.localPaths,
        ...(config.git.caFile !== null && { caFile: config.git.caFile }),
        path: config.temporal.searchPath,
        ...(config.fetchPrivateAddresses === 'refuse' && { checkHost: refusePrivate }),
      }),
      secretsOf: (workspaceId) => secrets.of(workspaceId),
      settings: { ...settings, maximumVersions: config.maximumVersions },
    }),
  };
}

/** @returns all addresses of the name: each has to be a public one */
async function refusePrivate(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  for (const { address } of found) if (isPrivateAddress(address)) throw new Error(`${address} is a private address`);
  return found.map(({ address }) => address);
}
