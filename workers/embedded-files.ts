import { createFilesHandlers } from '../api/files/files-handlers';
import type { Permissions } from '../shared/ports/access';
import type { Deployments } from '../shared/ports/deployments';
import type { Config } from './config';
import type { Stores } from './embedded-stores';

interface Parts {
  readonly config: Config;
  readonly stores: Pick<Stores, 'uploads'>;
  readonly deployments: Pick<Deployments, 'view'>;
  readonly permissions: Permissions;
}

/** The service of files of the embedded default. */
export const createEmbeddedFiles = ({ config, stores: { uploads }, deployments, permissions }: Parts) =>
  createFilesHandlers({
    ...{ deployments, permissions, uploads },
    settings: {
      ...config.uploads,
      maxBytes: config.uploadLimitBytes,
      apiUrl: config.apiUrl ?? `http://localhost:${config.port}/v2`,
    },
  });
