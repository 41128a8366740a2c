import type { Delivery } from '../../shared/ports/broker';
import type { Log } from '../../shared/ports/log';

export const logFailedDelivery =
  (log: Log, group: string) =>
  ({ event, attempt }: Delivery, error: unknown): void => {
    const { correlationId, workspaceId } = event.source;
    const stack = error instanceof Error ? error.stack : String(error);
    log.warn(
      { correlationId, workspaceId, group, eventId: event.id, type: event.type, attempt, stack },
      'event comes again',
    );
  };
