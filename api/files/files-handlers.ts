import type { Handlers } from '../http/contract';
import type { FilesDependencies } from './dependencies';
import { createListFiles } from './list-files';
import { createDeleteFile, createGetFile, createShareFile, createUpdateFile } from './one-file';
import { createServeFile } from './serve-file';
import { createUploadFiles } from './upload-files';

/** Keyed by operationId of `shared/contracts/openapi/files.yaml`. */
export const createFilesHandlers = (dependencies: FilesDependencies): Handlers => ({
  uploadFiles: createUploadFiles(dependencies),
  listFiles: createListFiles(dependencies),
  getFile: createGetFile(dependencies),
  updateFile: createUpdateFile(dependencies),
  deleteFile: createDeleteFile(dependencies),
  shareFile: createShareFile(dependencies),
  serveFile: createServeFile(dependencies),
});
