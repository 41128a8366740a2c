import { fail } from '../../../shared/core/errors/errors';
import type { RunKey, StartInput } from '../../../shared/core/run/types';
import type { ActiveReleases } from '../deploy/active-releases';
import type { StartRun } from './start-run';

/**
 * Starts a run again, in the release in force. Same automation, trigger, arguments and identity; contexts, seed and correlation are those of a new run.
 * @throws ObjectNotFoundError when the automation is gone
 */
export const createStartAgain =
  ({ releases, startRun }: { readonly releases: ActiveReleases; readonly startRun: StartRun }) =>
  async (start: StartInput, id: string, correlationId: string): Promise<RunKey> => {
    const { workspaceId, automation, trigger, args, identity, announce, http } = start;
    const release = releases.get(workspaceId)?.release;
    if (!release || !Object.hasOwn(release.automations, automation))
      throw fail('ObjectNotFoundError', 'The automation is not in the release in force', {
        subjectType: 'automations',
        query: automation,
      });
    const { run } = await startRun(
      {
        ...{ release, automation, id, trigger, args, identity, correlationId, depth: start.depth },
        ...(announce && { announce }),
        ...(http && { http }),
      },
      { who: 'caller' },
    );
    return run;
  };
