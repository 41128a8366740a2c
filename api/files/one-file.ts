import type { Json } from '../../shared/core/json';
import type { StoredFile } from '../../shared/ports/upload-store';
import type { HttpRequest, Reply } from '../http/contract';
import type { FilesDependencies } from './dependencies';
import { fileDocument, urlOf } from './file-document';
import { authorisedFile, notFound } from './find-file';
import { checkedMetadata } from './read-uploads';
import { temporaryToken } from './temporary-tokens';
import { newShareToken } from './upload-files';

const SHARED_FOR_SECONDS = 60;

/** GET: what is known of it. */
export const createGetFile = (dependencies: FilesDependencies) =>
  async function getFile(request: HttpRequest): Promise<Reply> {
    return { body: fileDocument(await authorisedFile(dependencies, request, 'read'), dependencies.settings) };
  };

/** As the contract has checked it. */
interface FileChange {
  readonly public?: boolean;
  readonly shareToken?: boolean;
  readonly expiresAfter?: number | null;
  readonly metadata?: { readonly [name: string]: Json };
}

/** PATCH: `shareToken: true` makes a new token, `false` ends the one there is; `expiresAfter` counts from now. */
export const createUpdateFile = (dependencies: FilesDependencies) =>
  async function updateFile(request: HttpRequest): Promise<Reply> {
    const { workspaceId, id } = await authorisedFile(dependencies, request, 'update');
    const wanted = (request.body ?? {}) as FileChange;
    const metadata =
      wanted.metadata &&
      Object.fromEntries(Object.entries(wanted.metadata).map(([name, value]) => [name, checkedMetadata(name, value)]));
    const file = await dependencies.uploads.change(workspaceId, id, (before) => changed(before, wanted, metadata));
    if (!file) throw notFound('files', id);
    return { body: fileDocument(file, dependencies.settings) };
  };

function changed(before: StoredFile, wanted: FileChange, metadata: StoredFile['metadata'] | undefined): StoredFile {
  const { shareToken, expiresAt, ...file } = before;
  const token = wanted.shareToken === undefined ? shareToken : wanted.shareToken ? newShareToken() : undefined;
  const { expiresAfter } = wanted;
  const until =
    expiresAfter === undefined ? expiresAt : expiresAfter === null ? undefined : Date.now() + 1_000 * expiresAfter;
  return {
    ...file,
    public: wanted.public ?? file.public,
    metadata: metadata ?? file.metadata,
    ...(token !== undefined && { shareToken: token }),
    ...(until !== undefined && { expiresAt: until }),
  };
}

export const createDeleteFile = (dependencies: FilesDependencies) =>
  async function deleteFile(request: HttpRequest): Promise<Reply> {
    const { workspaceId, id } = await authorisedFile(dependencies, request, 'delete');
    await dependencies.uploads.remove(workspaceId, id);
    return { body: { id } };
  };

/** POST share: an address that opens the file for a while. */
export const createShareFile = (dependencies: FilesDependencies) =>
  async function shareFile(request: HttpRequest): Promise<Reply> {
    const file = await authorisedFile(dependencies, request, 'read');
    const { expiresIn = SHARED_FOR_SECONDS } = (request.body ?? {}) as { readonly expiresIn?: number };
    const expiresAt = Date.now() + 1_000 * expiresIn;
    const url = `${urlOf(file, dependencies.settings)}?token=${temporaryToken(file, expiresAt)}`;
    return { body: { url, expiresAt: new Date(expiresAt).toISOString(), expiresIn } };
  };
