import { fail } from '../../shared/core/errors/errors';
import type { Action, Permissions } from '../../shared/ports/access';
import type { IndexedRun, RunIndex } from '../../shared/ports/run-index';
import type { HttpRequest } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import { requireWorkspace } from '../http/require-workspace';

export interface FindRunDependencies {
  readonly index: RunIndex;
  readonly permissions: Permissions;
  readonly workspaces: { has(workspaceId: string): boolean };
}

/** Asked before anything is looked up: who may not, learns nothing of what there is. */
export async function mayOnRuns(
  { permissions, workspaces }: Omit<FindRunDependencies, 'index'>,
  { caller, params }: Pick<HttpRequest, 'caller' | 'params'>,
  action: Action,
): Promise<string> {
  const { workspaceId = '', runId } = params;
  const subject = { type: 'runs', workspaceId, ...(runId !== undefined && { id: runId }) } as const;
  await requirePermission(permissions, caller, action, subject);
  requireWorkspace(workspaces, workspaceId);
  return workspaceId;
}

/** @throws ForbiddenError · ObjectNotFoundError */
export async function findRun(
  dependencies: FindRunDependencies,
  request: Pick<HttpRequest, 'caller' | 'params'>,
  action: Action,
): Promise<IndexedRun> {
  const workspaceId = await mayOnRuns(dependencies, request, action);
  const { runId = '' } = request.params;
  const found = await dependencies.index.get(workspaceId, runId);
  if (!found) throw fail('ObjectNotFoundError', 'Run not found', { subjectType: 'runs', query: runId });
  return found;
}

/** May this caller see values: arguments, outputs, what waits are compared with? */
export const maySeeValues = (
  { permissions }: Pick<FindRunDependencies, 'permissions'>,
  { caller, params }: Pick<HttpRequest, 'caller' | 'params'>,
): Promise<boolean> => {
  const { workspaceId = '', runId } = params;
  return permissions.can(caller, 'inspect', { type: 'runs', workspaceId, ...(runId !== undefined && { id: runId }) });
};
