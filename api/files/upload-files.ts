import { randomBytes, randomUUID } from 'node:crypto';
import { fail } from '../../shared/core/errors/errors';
import type { StoredFile } from '../../shared/ports/upload-store';
import type { HttpRequest, Reply } from '../http/contract';
import { newUlid } from '../http/new-ulid';
import { requirePermission } from '../http/require-permission';
import type { FilesDependencies } from './dependencies';
import { fileDocument } from './file-document';
import { workspaceOf } from './find-file';
import { readUploads, type Upload } from './read-uploads';

const SECRET_BYTES = 32;

export const newShareToken = (): string => randomUUID();

/** POST: each file is stored on its own; all have been looked at before the first one is. */
export const createUploadFiles = (dependencies: FilesDependencies) =>
  async function uploadFiles(request: HttpRequest): Promise<Reply> {
    const { permissions, settings, uploads } = dependencies;
    const { caller } = request;
    // Everybody may upload who is somebody: a key that is none makes nobody known.
    if (caller.userId === undefined && caller.apiKeyId === undefined)
      throw fail('AuthenticationError', 'Unauthenticated');
    const workspaceId = workspaceOf(dependencies, request);
    await requirePermission(permissions, caller, 'create', { type: 'files', workspaceId });
    const files = readUploads(request.body, settings).map((upload) => ({
      file: stored(upload, workspaceId, caller.userId),
      content: upload.content,
    }));
    for (const { file, content } of files) await uploads.put(file, content);
    return { body: files.map(({ file }) => fileDocument(file, settings)) };
  };

function stored(upload: Upload, workspaceId: string, createdBy: string | undefined): StoredFile {
  const { name, mimetype, content, metadata, expiresAfterMs } = upload;
  const createdAt = Date.now();
  return {
    ...{ id: newUlid(), workspaceId, name, mimetype, size: content.length, metadata, createdAt },
    public: upload.public,
    secret: randomBytes(SECRET_BYTES).toString('base64url'),
    ...(upload.isShared && { shareToken: newShareToken() }),
    ...(expiresAfterMs !== undefined && { expiresAt: createdAt + expiresAfterMs }),
    ...(createdBy !== undefined && { createdBy }),
  };
}
