import type { Action, Subject } from '../../shared/ports/access';
import type { WorkspaceView } from '../../shared/ports/deployments';
import { assertKnown } from '../http/assert-known';
import type { HttpRequest } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import { workspaceNotFound } from '../http/require-workspace';
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
  assertKnown(request);
  const { caller, params } = request;
  const workspaceId = params['workspaceId'] ?? '';
  const view = deployments.view(workspaceId);
  if (!view) throw workspaceNotFound(workspaceId);
  await requirePermission(permissions, caller, action, { type, workspaceId, id: workspaceId });
  return view;
}
