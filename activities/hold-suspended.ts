import type { ShortActivities } from '../shared/contracts/engine';

type Seal = ShortActivities['seal'];

/**
 * A run of a suspended workspace takes no turn: what has woken it stays where it is, and the run asks again until the
 * suspension is lifted. Its cancellation goes through.
 */
export const holdWhileSuspended =
  (seal: Seal, isSuspended: (workspaceId: string) => boolean): Seal =>
  async (request) => {
    const { workspaceId, items, gen, n, now } = request;
    if (!isSuspended(workspaceId) || items.includes('c:cancel')) return seal(request);
    return { gen, n, now, items: [], contexts: {}, held: true };
  };
