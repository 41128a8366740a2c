import { fail } from '../../shared/core/errors/errors';
import type { Action, Subject } from '../../shared/ports/access';
import type { WorkspaceView } from '../../shared/ports/deployments';
import type { HttpRequest } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import type { PermissionsDependencies } from './dependencies';

type Access = Pick<PermissionsDependencies, 'deployments' | 'permissions'>;

/**
 * The workspace of the path, if the caller may do this to it.
 * @throws AuthenticationError without any credential · ObjectNotFoundError · ForbiddenError
 */
export async function authorise(
  { deployments, permissions }: Access,
  request: HttpRequest,
  action: Action,
  type: Subject['type'] = 'workspaces',
): Promise<WorkspaceView> {
  const { caller, params, headers } = request;
  const isKnown = caller.userId !== undefined || caller.apiKeyId !== undefined;
  if (!isKnown && headers['x-prismeai-api-key'] === undefined) throw fail('AuthenticationError', 'Unauthenticated');
  const workspaceId = params['workspaceId'] ?? '';
  const view = deployments.view(workspaceId);
  if (!view)
    throw fail('ObjectNotFoundError', `There is no workspace ${workspaceId}`, {
      subjectType: 'workspaces',
      query: { id: workspaceId },
    });
  await requirePermission(permissions, caller, action, { type, workspaceId, id: workspaceId });
  return view;
}
