import { Context } from '@temporalio/activity';
import type { CallActivities } from '../shared/contracts/engine';
import type { RateLimits } from '../shared/ports/rate-limits';

const HEARTBEAT_MS = 5_000;

/** Takes a token of the workspace's rate before each call, and waits for it when there is none. */
export const createThrottledFetch = (fetch: CallActivities['fetch'], rates: RateLimits): CallActivities['fetch'] =>
  async function throttledFetch(request) {
    const throttledMs = rates.take(request.workspaceId, 'fetchs', 1);
    if (throttledMs === 0) return fetch(request);
    const heart = setInterval(() => Context.current().heartbeat(), HEARTBEAT_MS);
    try {
      await Context.current().sleep(throttledMs);
    } finally {
      clearInterval(heart);
    }
    return { ...(await fetch(request)), throttledMs };
  };
