import { isPlatformError } from '../../shared/core/errors/errors';
import { isKept } from '../../shared/core/events/is-kept';
import type { Broker, ConsumeOptions, Consumer } from '../../shared/ports/broker';
import type { EventHistory } from '../../shared/ports/event-history';

/** After a failure of the store that may pass by itself. */
const RETRY_AFTER_MS = 1_000;

/**
 * Stores what the broker hands over, batch by batch, in the order of the log: what is stored is a beginning of it, so
 * whoever resumes behind an event misses none before. Only a stored batch is acknowledged: a throw brings it again.
 */
export const startHistoryConsumer = (
  { broker, history }: { readonly broker: Broker; readonly history: EventHistory },
  options: ConsumeOptions = {},
): Promise<Consumer> =>
  broker.consume(
    'history',
    async (batch) => {
      const kept = batch.filter(({ event }) => isKept(event));
      if (kept.length === 0) return {};
      try {
        await history.store(kept);
        return {};
      } catch (error) {
        // No room or no disk now: that is no fault of these events, they are not to be given up for it.
        if (!isPlatformError(error) || !error.retryable) throw error;
        const reason = error.message;
        return { failed: batch.map(({ event }) => ({ id: event.id, reason, retryAfterMs: RETRY_AFTER_MS })) };
      }
    },
    { batchSize: 500, order: 'log', redeliverAfterMs: RETRY_AFTER_MS, ...options },
  );
