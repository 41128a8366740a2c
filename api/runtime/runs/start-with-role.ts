import type { Roles } from '../../../shared/ports/access';
import type { StartRun } from './start-run';

/** Starts a run with the role that its user has in the workspace: the run decides by it what it may execute. */
export const createStartWithRole =
  (startRun: StartRun, roles: Roles): StartRun =>
  async (request, options) => {
    const { role: _claimed, ...identity } = request.identity;
    const role = await roles.roleOf(request.release.workspaceId, identity);
    return startRun({ ...request, identity: { ...identity, ...(role !== null && { role }) } }, options);
  };
