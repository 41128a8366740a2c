import { fail, type PlatformError } from '../../shared/core/errors/errors';

export const workspaceNotFound = (workspaceId: string): PlatformError =>
  fail('ObjectNotFoundError', `There is no workspace ${workspaceId}`, {
    subjectType: 'workspaces',
    query: { id: workspaceId },
  });

/** @throws ObjectNotFoundError */
export function requireWorkspace(workspaces: { has(workspaceId: string): boolean }, workspaceId: string): void {
  if (!workspaces.has(workspaceId)) throw workspaceNotFound(workspaceId);
}
