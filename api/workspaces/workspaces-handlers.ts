import type { Handlers } from '../http/contract';
import { createExportWorkspace } from './archives';
import {
  createCreateAutomation,
  createDeleteAutomation,
  createGetAutomation,
  createGetSource,
  createPutSource,
  createUpdateAutomation,
} from './automations';
import { createExportWorkspaces } from './bulk/export-workspaces';
import { createImportNewWorkspace } from './bulk/import-workspaces';
import { createCreateWorkspace } from './create-workspace';
import type { WorkspacesDependencies } from './dependencies';
import { createDuplicateWorkspace } from './duplicate-workspace';
import { createImportWorkspace } from './import-archive';
import { createListWorkspaces } from './list-workspaces';
import {
  createDeleteWorkspace,
  createGetWorkspace,
  createSuspendWorkspace,
  createUpdateWorkspace,
} from './one-workspace';
import { createCheckWorkspace, createListReleases } from './releases';
import { createSlugBook } from './slug-book';
import {
  createCompareVersions,
  createDeleteVersion,
  createListVersions,
  createPublishVersion,
  createPullVersion,
} from './versions';

/** Keyed by operationId of `shared/contracts/openapi/workspaces.yaml`. */
export function createWorkspacesHandlers(dependencies: WorkspacesDependencies): Handlers {
  const slugs = createSlugBook(dependencies.deployments);
  return {
    listWorkspaces: createListWorkspaces(dependencies),
    createWorkspace: createCreateWorkspace(dependencies, slugs),
    getWorkspace: createGetWorkspace(dependencies),
    updateWorkspace: createUpdateWorkspace(dependencies, slugs),
    deleteWorkspace: createDeleteWorkspace(dependencies),
    suspendWorkspace: createSuspendWorkspace(dependencies),
    exportWorkspaces: createExportWorkspaces(dependencies),
    importNewWorkspace: createImportNewWorkspace(dependencies, slugs),
    importWorkspace: createImportWorkspace(dependencies),
    listVersions: createListVersions(dependencies),
    publishVersion: createPublishVersion(dependencies),
    deleteVersion: createDeleteVersion(dependencies),
    exportVersion: createExportWorkspace(dependencies),
    pullVersion: createPullVersion(dependencies),
    duplicateVersion: createDuplicateWorkspace(dependencies, slugs),
    compareVersions: createCompareVersions(dependencies),
    createAutomation: createCreateAutomation(dependencies),
    getAutomation: createGetAutomation(dependencies),
    updateAutomation: createUpdateAutomation(dependencies),
    deleteAutomation: createDeleteAutomation(dependencies),
    getAutomationSource: createGetSource(dependencies),
    putAutomationSource: createPutSource(dependencies),
    checkWorkspace: createCheckWorkspace(dependencies),
    listReleases: createListReleases(dependencies),
  };
}
