import { EMIT_TOPIC } from '../../core/events/event';
import type { Broker } from '../../ports/broker';
import type { Mask } from '../flush-store/mask';

/** Native events that services append, such as errors of requests, show no secret of their workspace. */
export const maskedBroker = (broker: Broker, mask: Mask): Broker => ({
  ...broker,
  append: (events) =>
    broker.append(
      events.map((one) => {
        const { workspaceId, serviceTopic } = one.event.source;
        if (serviceTopic === EMIT_TOPIC || workspaceId === undefined) return one;
        return { ...one, event: mask.event({ workspaceId }, one.event) };
      }),
    ),
});
