import type { Event, LoggedEvent } from '../../core/events/event';
import type { BatchHandler, Broker, ConsumeOptions } from '../../ports/broker';

export interface FakeBroker extends Broker {
  readonly log: readonly LoggedEvent[];
  /** Hands events to a group, as one batch; they need not have been appended. */
  deliver(group: string, events: readonly (Event | LoggedEvent)[]): ReturnType<BatchHandler>;
  readonly options: ReadonlyMap<string, ConsumeOptions | undefined>;
}

const positionText = (n: number): string => String(n).padStart(16, '0');

/** A log in memory that delivers when the test says so. */
export function fakeBroker(): FakeBroker {
  const log: LoggedEvent[] = [];
  const handlers = new Map<string, BatchHandler>();
  const options = new Map<string, ConsumeOptions | undefined>();
  return {
    log,
    options,
    async append(events) {
      return events.map(({ event, origin }) => {
        const held = log.find((logged) => logged.event.id === event.id);
        if (held) return { id: event.id, position: held.position, known: true };
        const position = positionText(log.length + 1);
        log.push({ position, event, ...(origin && { origin }) });
        return { id: event.id, position, known: false };
      });
    },
    async consume(group, handler, given) {
      handlers.set(group, handler);
      options.set(group, given);
      return { stop: async () => void handlers.delete(group) };
    },
    deliver(group, events) {
      const handler = handlers.get(group);
      if (!handler) throw new Error(`nobody consumes ${group}`);
      const batch = events.map((one) => ('event' in one ? one : { event: one, position: positionText(1) }));
      return handler(batch.map((logged) => ({ ...logged, attempt: 1 })));
    },
    pending: async () => [],
    position: async () => positionText(log.length + 1),
    close: async () => undefined,
  };
}
