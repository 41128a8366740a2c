import type { Handlers } from '../../http/contract';
import {
  createGetInstance,
  createGetInstanceConfig,
  createInstallApp,
  createListInstances,
  createUninstallApp,
  createUpdateInstance,
  createUpdateInstanceConfig,
} from './app-instances';
import type { AppsDependencies } from './dependencies';
import { createPublishApp } from './publish-app';
import { createDeleteApp, createGetApp, createListApps } from './published-apps';

/** Keyed by operationId of `shared/contracts/openapi/apps.yaml`. */
export function createAppsHandlers(dependencies: AppsDependencies): Handlers {
  return {
    publishApp: createPublishApp(dependencies),
    listApps: createListApps(dependencies),
    getApp: createGetApp(dependencies),
    deleteApp: createDeleteApp(dependencies),
    installApp: createInstallApp(dependencies),
    listAppInstances: createListInstances(dependencies),
    getAppInstance: createGetInstance(dependencies),
    updateAppInstance: createUpdateInstance(dependencies),
    getAppInstanceConfig: createGetInstanceConfig(dependencies),
    updateAppInstanceConfig: createUpdateInstanceConfig(dependencies),
    uninstallApp: createUninstallApp(dependencies),
  };
}
