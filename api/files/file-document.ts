import type { JsonObject } from '../../shared/core/json';
import type { FileKey, StoredFile } from '../../shared/ports/file-records';

const ID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** `<workspaceId>/<id>.<name>`: the address below `/v2/files/`. */
export const pathOf = ({ workspaceId, id, name }: Pick<StoredFile, 'workspaceId' | 'id' | 'name'>): string =>
  `${workspaceId}/${id}.${name}`;

export const urlOf = (file: StoredFile, apiUrl: string): string =>
  `${apiUrl}/files/${file.workspaceId}/${file.id}.${encodeURIComponent(file.name)}`;

/** What `<id>.<name>` means; null when it can be no file of ours. */
export function parseFileName(text: string): { readonly id: string; readonly name: string } | null {
  const [id, name] = [text.slice(0, 26), text.slice(27)];
  return ID.test(id) && text[26] === '.' && name !== '' ? { id, name } : null;
}

/** An id, `<id>.<name>`, or the whole path; null for anything else. */
export function parseIdOrPath(workspaceId: string, text: string): (FileKey & { readonly name?: string }) | null {
  if (ID.test(text)) return { workspaceId, id: text };
  const prefix = `${workspaceId}/`;
  const found = parseFileName(text.startsWith(prefix) ? text.slice(prefix.length) : text);
  return found && { workspaceId, ...found };
}

export const isExpired = ({ expiresAt }: Pick<StoredFile, 'expiresAt'>, now: number): boolean =>
  expiresAt !== undefined && expiresAt <= now;

/** As conditions of rules see it, and, with its address and its share token, whoever may read it. */
export function fileValue(file: Omit<StoredFile, 'secret' | 'digest'>): JsonObject {
  const { id, name, mimetype, size, workspaceId, metadata, expiresAt, expiresAfter, createdBy, updatedBy } = file;
  return {
    ...{ id, name, mimetype, size, workspaceId, path: pathOf(file), metadata, public: file.public },
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(expiresAfter !== undefined && { expiresAfter }),
    createdAt: new Date(file.createdAt).toISOString(),
    ...(createdBy !== undefined && { createdBy }),
    updatedAt: new Date(file.updatedAt).toISOString(),
    ...(updatedBy !== undefined && { updatedBy }),
  };
}

export const fileDocument = (file: StoredFile, apiUrl: string): JsonObject => ({
  ...fileValue(file),
  url: urlOf(file, apiUrl),
  ...(file.shareToken !== undefined && { shareToken: file.shareToken }),
});
