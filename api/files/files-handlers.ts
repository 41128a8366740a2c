import type { Handlers } from '../http/contract';
import type { FilesDependencies } from './dependencies';
import { createDownloadFile } from './download-file';
import { createListFiles } from './list-files';
import { createDeleteFile, createGetFile, createShareFile, createUpdateFile } from './one-file';
import { createUploadFiles } from './upload-files';

/** Keyed by operationId of `shared/contracts/openapi/files.yaml`. */
export const createFilesHandlers = (dependencies: FilesDependencies): Handlers => ({
  listFiles: createListFiles(dependencies),
  uploadFiles: createUploadFiles(dependencies),
  getFile: createGetFile(dependencies),
  updateFile: createUpdateFile(dependencies),
  deleteFile: createDeleteFile(dependencies),
  shareFile: createShareFile(dependencies),
  downloadFile: createDownloadFile(dependencies),
});
