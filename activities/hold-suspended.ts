import { ApplicationFailure, Context } from '@temporalio/activity';
import type { ShortActivities } from '../shared/contracts/engine';

type Seal = ShortActivities['seal'];

/** Short at first; the longer a suspension lasts, the less often it is looked at. */
const FIRST_MS = 1_000;
const GROWTH = 1.5;
const LAST_MS = 30 * 60_000;

/**
 * A run of a suspended workspace takes no turn: what has woken it stays where it is, and is looked at again until the
 * suspension is lifted. Its cancellation goes through. Delays of more than a minute become timers of the engine.
 */
export const holdWhileSuspended =
  (seal: Seal, isSuspended: (workspaceId: string) => boolean): Seal =>
  async (request) => {
    if (!isSuspended(request.workspaceId) || request.items.includes('c:cancel')) return seal(request);
    const { attempt } = Context.current().info;
    throw ApplicationFailure.create({
      type: 'SuspendedWorkspaceError',
      message: 'The workspace is suspended; the run goes on when that is lifted',
      nextRetryDelay: Math.min(LAST_MS, FIRST_MS * GROWTH ** (attempt - 1)),
    });
  };
