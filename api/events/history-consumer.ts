import type { Broker, ConsumeOptions, Consumer } from '../../shared/ports/broker';
import type { EventHistory } from '../../shared/ports/event-history';

/** For the processes that need it only: neither readable nor stored, whatever its sender says. */
const NEVER_STORED = 'runtime.contexts.updated';

/** Stores what the broker hands over, batch by batch. Only a stored batch is acknowledged: a throw brings it again. */
export const startHistoryConsumer = (
  dependencies: { readonly broker: Broker; readonly history: EventHistory },
  options: ConsumeOptions = {},
): Promise<Consumer> =>
  dependencies.broker.consume(
    'history',
    async (batch) => {
      const kept = batch.filter(({ event }) => event.options?.persist !== false && event.type !== NEVER_STORED);
      if (kept.length > 0) await dependencies.history.store(kept);
    },
    { batchSize: 500, ...options },
  );
