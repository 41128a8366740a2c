import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CallActivities, ShortActivities } from '../shared/contracts/engine';

/**
 * Seal and flush. Retried for ever: a store that is away for a while must not fail runs. They stay local (no timer in
 * between) up to a minute of back-off; each try must end well inside the workflow task's time-out of 10 s.
 */
export const short = proxyLocalActivities<ShortActivities>({
  startToCloseTimeout: '8s',
  localRetryThreshold: '1m',
  retry: { initialInterval: '50ms', backoffCoefficient: 2, maximumInterval: '5s' },
});

/** Calls to the outside. A lost worker's attempt is repeated; what the other side answers is never retried here. */
export const calls = proxyActivities<CallActivities>({
  startToCloseTimeout: '1h',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '1m' },
});
