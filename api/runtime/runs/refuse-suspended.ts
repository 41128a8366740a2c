import { fail } from '../../../shared/core/errors/errors';
import type { StartRun } from './start-run';

/** Nothing starts in a suspended workspace. @throws SuspendedWorkspaceError */
export const createStartUnlessSuspended =
  (startRun: StartRun, isSuspended: (workspaceId: string) => boolean): StartRun =>
  async (request, options) => {
    const { workspaceId } = request.release;
    if (isSuspended(workspaceId)) throw fail('SuspendedWorkspaceError', 'The workspace is suspended', { workspaceId });
    return startRun(request, options);
  };
