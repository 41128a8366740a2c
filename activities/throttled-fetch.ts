import { Context } from '@temporalio/activity';
import type { CallActivities } from '../shared/contracts/engine';
import type { RateLimits } from '../shared/ports/rate-limits';
import { withHeartbeat } from './fetch/with-heartbeat';

/** Takes a token of the workspace's rate before each call, and waits for it when there is none. */
export const createThrottledFetch = (fetch: CallActivities['fetch'], rates: RateLimits): CallActivities['fetch'] =>
  async function throttledFetch(request) {
    const throttledMs = rates.take(request.workspaceId, 'fetchs', 1);
    if (throttledMs === 0) return fetch(request);
    await withHeartbeat(() => Context.current().sleep(throttledMs));
    return { ...(await fetch(request)), throttledMs };
  };
