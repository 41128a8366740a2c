import { entry } from '../../shared/core/entry';
import type { BatchHandler, Delivery } from '../../shared/ports/broker';
import { isPlatformError } from '../../shared/core/errors/errors';

/** After a failure that may pass by itself, such as an engine without room. */
const RETRY_AFTER_MS = 1000;

/**
 * Handles a batch event by event: chains beside one another, the events of one chain in order. A failure stops its chain
 * only: what comes behind it in this batch comes again with it, so that the order holds.
 */
export const inOrder =
  (
    handle: (delivery: Delivery) => Promise<void>,
    onError: (delivery: Delivery, error: unknown) => void,
  ): BatchHandler =>
  async (batch) => {
    const failed: { id: string; reason: string; retryAfterMs?: number }[] = [];
    const chains = new Map<string, Delivery[]>();
    for (const delivery of batch) {
      const { workspaceId, correlationId } = delivery.event.source;
      const chain = JSON.stringify([workspaceId, correlationId]);
      entry(chains, chain, () => []).push(delivery);
    }
    await Promise.all(
      [...chains.values()].map(async (deliveries) => {
        let reason: { reason: string; retryAfterMs?: number } | undefined;
        for (const delivery of deliveries) {
          if (!reason) {
            try {
              await handle(delivery);
              continue;
            } catch (error) {
              onError(delivery, error);
              reason = reasonOf(error);
            }
          }
          failed.push({ id: delivery.event.id, ...reason });
        }
      }),
    );
    return { failed };
  };

const reasonOf = (error: unknown): { reason: string; retryAfterMs?: number } => {
  const reason = error instanceof Error ? error.message : String(error);
  return isPlatformError(error) && error.retryable ? { reason, retryAfterMs: RETRY_AFTER_MS } : { reason };
};
