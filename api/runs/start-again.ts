import { fail } from '../../shared/core/errors/errors';
import type { ActiveReleases } from '../runtime/deploy/active-releases';
import type { StartRun } from '../runtime/runs/start-run';
import type { StartAgain } from './act-on-run';

/** Same automation, trigger, arguments and identity; contexts, seed and correlation are those of a new run. */
export const createStartAgain =
  ({ releases, startRun }: { readonly releases: ActiveReleases; readonly startRun: StartRun }): StartAgain =>
  async (start, id, correlationId) => {
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
