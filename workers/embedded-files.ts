import { createFilesHandlers } from '../api/files/files-handlers';
import { createForgetWorkspace, startPurge } from '../api/files/purge-files';
import { folderFileBytes } from '../shared/drivers/file-bytes/folder';
import type { Permissions } from '../shared/ports/access';
import type { Log } from '../shared/ports/log';
import type { Config } from './config';
import type { Stores } from './embedded-stores';

export interface EmbeddedFilesParts {
  readonly config: Pick<Config, 'apiUrl' | 'port' | 'uploads' | 'uploadLimitBytes'>;
  readonly stores: Pick<Stores, 'files'>;
  readonly permissions: Permissions;
  readonly workspaces: { has(workspaceId: string): boolean };
  readonly log: Log;
}

/** As the gateway's configuration has it. */
const FORM_LIMIT_BYTES = 64 * 1_048_576;

/** The service of files of the embedded default: records in the database, bytes in a folder. */
export function createEmbeddedFiles({ config, stores, permissions, workspaces, log }: EmbeddedFilesParts) {
  const { uploads, uploadLimitBytes: fileLimitBytes, apiUrl, port } = config;
  const { mimetypes, publicByDefault } = uploads;
  const kept = { records: stores.files, bytes: folderFileBytes(uploads.dir) };
  return {
    handlers: createFilesHandlers({
      ...{ ...kept, permissions, workspaces, log },
      settings: {
        apiUrl: apiUrl ?? `http://localhost:${port}/v2`,
        ...{ fileLimitBytes, formLimitBytes: FORM_LIMIT_BYTES, mimetypes, publicByDefault },
      },
    }),
    forgetWorkspace: createForgetWorkspace(kept),
    startPurge: () => startPurge({ ...kept, log }),
  };
}
