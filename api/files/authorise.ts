import { fail } from '../../shared/core/errors/errors';
import type { Action } from '../../shared/ports/access';
import type { StoredFile } from '../../shared/ports/file-records';
import type { HttpRequest } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import { requireWorkspace } from '../http/require-workspace';
import type { FilesDependencies } from './dependencies';
import { fileValue, isExpired, parseIdOrPath } from './file-document';
import { fileNotFound } from './refuse';

export const workspaceOf = (request: Pick<HttpRequest, 'params'>): string => request.params['workspaceId'] ?? '';

/** @throws AuthenticationError for whoever is neither a user nor has a key of the workspace · ObjectNotFoundError */
export function assertKnownIn({ workspaces }: Pick<FilesDependencies, 'workspaces'>, request: HttpRequest): string {
  const { caller } = request;
  if (caller.userId === undefined && caller.apiKeyId === undefined)
    throw fail('AuthenticationError', 'Unauthenticated');
  const workspaceId = workspaceOf(request);
  requireWorkspace(workspaces, workspaceId);
  return workspaceId;
}

/** @throws ForbiddenError */
export const requireOnFile = (
  { permissions }: Pick<FilesDependencies, 'permissions'>,
  { caller }: Pick<HttpRequest, 'caller'>,
  action: Action,
  file: StoredFile,
): Promise<void> =>
  requirePermission(permissions, caller, action, {
    ...{ type: 'files', workspaceId: file.workspaceId, id: file.id },
    value: fileValue(file),
  });

/**
 * The file that the path names, by its id or its path, if the caller may do this to it.
 * @throws AuthenticationError · ObjectNotFoundError · ForbiddenError
 */
export async function authoriseFile(
  dependencies: FilesDependencies,
  request: HttpRequest,
  action: Action,
): Promise<StoredFile> {
  const { records, now = Date.now } = dependencies;
  const workspaceId = assertKnownIn(dependencies, request);
  const given = request.params['fileId'] ?? '';
  const key = parseIdOrPath(workspaceId, given);
  const file = key && (await records.find(key));
  if (!file || isExpired(file, now()) || (key.name !== undefined && key.name !== file.name)) throw fileNotFound(given);
  await requireOnFile(dependencies, request, action, file);
  return file;
}
