import type { Broker, Delivery } from '../../shared/ports/broker';
import type { Log } from '../../shared/ports/log';
import { mintNativeEvent, type Host } from '../http/mint-event';

/** For `ConsumeOptions.onDead`: says in the event's own chain that a consumer has given up on it. */
export const createOnDead =
  (dependencies: { readonly broker: Broker; readonly log: Log; readonly host: Host; readonly group: string }) =>
  async ({ event }: Delivery, reason: string): Promise<void> => {
    const { broker, log, host, group } = dependencies;
    const { correlationId, workspaceId, userId, sessionId } = event.source;
    const details = { group, eventId: event.id, type: event.type };
    log.error({ correlationId, workspaceId, ...details, reason }, 'event given up');
    // An error about an error about an error would never end.
    if (event.type === 'error') return;
    const payload = { error: 'Internal', message: `The event could not be processed by ${group}`, details };
    const source = {
      ...{ correlationId, workspaceId },
      ...(userId !== undefined && { userId }),
      ...(sessionId !== undefined && { sessionId }),
    };
    const error = mintNativeEvent({ id: `${event.id}-dead-${group}`, type: 'error', payload, source, host });
    await broker.append([{ event: error }]);
  };
