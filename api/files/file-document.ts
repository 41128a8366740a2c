import { addressName } from '../../shared/core/files/address-name';
import type { JsonObject } from '../../shared/core/json';
import type { StoredFile } from '../../shared/ports/upload-store';
import type { FileSettings } from './dependencies';

/** What stands behind the workspace in the address of a file. */
export const pathName = ({ id, name }: StoredFile): string => `${id}.${addressName(name)}`;

export const urlOf = (file: StoredFile, { apiUrl }: Pick<FileSettings, 'apiUrl'>): string =>
  `${apiUrl}/files/${file.workspaceId}/${pathName(file)}`;

/** As callers get it. */
export function fileDocument(file: StoredFile, settings: FileSettings): JsonObject {
  const { id, name, mimetype, size, workspaceId, metadata, shareToken, expiresAt, createdAt, createdBy } = file;
  return {
    ...{ id, name, url: urlOf(file, settings), path: `${workspaceId}/${pathName(file)}` },
    ...{ mimetype, size, workspaceId, metadata, public: file.public },
    ...(shareToken !== undefined && { shareToken }),
    ...(expiresAt !== undefined && {
      expiresAt: new Date(expiresAt).toISOString(),
      expiresAfter: Math.round((expiresAt - createdAt) / 1000),
    }),
    createdAt: new Date(createdAt).toISOString(),
    ...(createdBy !== undefined && { createdBy }),
  };
}
