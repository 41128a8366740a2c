import type { Action, Caller } from '../../shared/ports/access';
import type { WorkspaceView } from '../../shared/ports/deployments';
import { assertKnown } from '../http/assert-known';
import type { HttpRequest } from '../http/contract';
import { withRole } from '../http/with-role';
import { requirePermission } from '../http/require-permission';
import { workspaceNotFound } from '../http/require-workspace';
import type { WorkspacesDependencies } from './dependencies';

export const workspaceOf = (request: HttpRequest): string => request.params['workspaceId'] ?? '';

export { assertKnown, workspaceNotFound };

type Access = Pick<WorkspacesDependencies, 'permissions' | 'roles'>;

/** The caller with the role that it has in this workspace, whichever the path names. */
export async function memberOf({ roles }: Access, caller: Caller, workspaceId: string): Promise<Caller> {
  const { role: _elsewhere, ...who } = caller;
  return withRole(roles, who, workspaceId);
}

export async function may(access: Access, caller: Caller, action: Action, workspaceId: string): Promise<boolean> {
  const subject = { type: 'workspaces', workspaceId, id: workspaceId } as const;
  return access.permissions.can(await memberOf(access, caller, workspaceId), action, subject);
}

/** @throws AuthenticationError · ObjectNotFoundError · ForbiddenError */
export async function authorise(
  dependencies: Pick<WorkspacesDependencies, 'permissions' | 'roles' | 'deployments'>,
  request: HttpRequest,
  action: Action,
): Promise<WorkspaceView> {
  assertKnown(request);
  const workspaceId = workspaceOf(request);
  const view = dependencies.deployments.view(workspaceId);
  if (!view) throw workspaceNotFound(workspaceId);
  await requireOn(dependencies, request.caller, action, workspaceId);
  return view;
}

/** @throws ForbiddenError */
export async function requireOn(access: Access, caller: Caller, action: Action, workspaceId: string): Promise<void> {
  const subject = { type: 'workspaces', workspaceId, id: workspaceId } as const;
  await requirePermission(access.permissions, await memberOf(access, caller, workspaceId), action, subject);
}
