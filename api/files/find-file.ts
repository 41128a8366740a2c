import { fail } from '../../shared/core/errors/errors';
import type { Action } from '../../shared/ports/access';
import type { StoredFile } from '../../shared/ports/upload-store';
import type { HttpRequest } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import type { FilesDependencies } from './dependencies';

export const notFound = (subjectType: 'files' | 'workspaces', id: string) =>
  fail('ObjectNotFoundError', `There is no ${subjectType === 'files' ? 'file' : 'workspace'} ${id.slice(0, 200)}`, {
    subjectType,
    query: { id: id.slice(0, 200) },
  });

/** The workspace of the path. @throws ObjectNotFoundError */
export function workspaceOf({ deployments }: Pick<FilesDependencies, 'deployments'>, { params }: HttpRequest): string {
  const workspaceId = params['workspaceId'] ?? '';
  if (!deployments.view(workspaceId)) throw notFound('workspaces', workspaceId);
  return workspaceId;
}

/** `<id>`, `<id>.<name>` or `<workspace>/<id>.<name>` -> `<id>`. */
const idIn = (idOrPath: string): string => (idOrPath.split('/').at(-1) ?? '').split('.', 1)[0] ?? '';

/** The file of the path, whoever asks. @throws ObjectNotFoundError */
export function findFile(dependencies: FilesDependencies, request: HttpRequest): StoredFile {
  const workspaceId = workspaceOf(dependencies, request);
  const idOrPath = request.params['fileId'] ?? '';
  const file = dependencies.uploads.find(workspaceId, idIn(idOrPath));
  if (!file) throw notFound('files', idOrPath);
  return file;
}

/** @throws ForbiddenError */
export const requireOnFile = (
  { permissions }: Pick<FilesDependencies, 'permissions'>,
  { caller }: HttpRequest,
  action: Action,
  { workspaceId, id, name, mimetype, size, metadata, createdBy, ...file }: StoredFile,
): Promise<void> =>
  requirePermission(permissions, caller, action, {
    ...{ type: 'files', workspaceId, id },
    value: {
      ...{ id, workspaceId, name, mimetype, size, public: file.public, metadata },
      ...(createdBy !== undefined && { createdBy }),
    },
  });

/** The file of the path, if the caller may do this to it. @throws ObjectNotFoundError · ForbiddenError */
export async function authorisedFile(
  dependencies: FilesDependencies,
  request: HttpRequest,
  action: Action,
): Promise<StoredFile> {
  const file = findFile(dependencies, request);
  await requireOnFile(dependencies, request, action, file);
  return file;
}
