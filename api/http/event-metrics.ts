import type { LoggedEvent } from '../../shared/core/events/event';
import type { BatchHandler, Broker } from '../../shared/ports/broker';
import type { EventFeed } from '../../shared/ports/event-feed';
import type { Metrics, Observe } from './metrics';

const LABELS = ['consumer', 'workspace', 'producer', 'serviceTopic'] as const;
const MILLISECONDS = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 60_000];
const CHARACTERS = [300, 1_000, 3_000, 10_000, 30_000, 100_000];
/** Each set of labels costs about thirty lines of every answer: what comes beyond so many is counted together. */
const MOST_SETS = 200;
const OTHERS = '(others)';

interface Observed {
  readonly pickup: Observe;
  readonly process: Observe;
  readonly size: Observe;
}

/** Measures how long events wait for consumers, how long they are worked on, and how large they are. */
export function createEventMetrics(metrics: Metrics, now: () => number = Date.now) {
  const pickup = metrics.histogram('events_pickup_delay', 'Milliseconds from an event to its consumer', {
    ...{ labels: LABELS, buckets: MILLISECONDS },
  });
  const process = metrics.histogram('events_process_duration', 'Milliseconds that a consumer worked on an event', {
    ...{ labels: LABELS, buckets: MILLISECONDS },
  });
  const size = metrics.histogram('events_size', 'Characters of events, as consumers get them', {
    ...{ labels: LABELS, buckets: CHARACTERS },
  });
  const known = new Map<string, Observed>();

  function observedOf(consumer: string, { event }: LoggedEvent): Observed {
    const { workspaceId, serviceTopic, host } = event.source;
    const key = JSON.stringify([consumer, workspaceId, host?.service, serviceTopic]);
    const found = known.get(key);
    if (found) return found;
    const isOther = known.size >= MOST_SETS;
    const labels = isOther
      ? { consumer, workspace: OTHERS, producer: OTHERS, serviceTopic: OTHERS }
      : { consumer, workspace: workspaceId, producer: host?.service ?? '', serviceTopic };
    const observed = { pickup: pickup(labels), process: process(labels), size: size(labels) };
    if (!isOther) known.set(key, observed);
    return observed;
  }

  const measured =
    <Batch extends readonly LoggedEvent[], Answer>(consumer: string, handle: (batch: Batch) => Answer) =>
    async (batch: Batch): Promise<Awaited<Answer>> => {
      const began = now();
      const all = batch.map((logged) => ({ ...observedOf(consumer, logged), event: logged.event }));
      for (const one of all) {
        one.pickup(Math.max(0, began - Date.parse(one.event.createdAt)));
        one.size(one.event.size);
      }
      try {
        return await handle(batch);
      } finally {
        const tookMs = now() - began;
        for (const one of all) one.process(tookMs);
      }
    };

  return {
    /** The same broker, each of its consumers measured under the name of its group. */
    broker: (broker: Broker): Broker => ({
      append: (events) => broker.append(events),
      consume: (group, handler, options) => broker.consume(group, measured<Parameters<BatchHandler>[0], ReturnType<BatchHandler>>(group, handler), options), // prettier-ignore
      pending: () => broker.pending(),
      position: () => broker.position(),
      close: () => broker.close(),
    }),
    /** The same feed, who follows it measured as this consumer. */
    feed: (feed: EventFeed, consumer: string): EventFeed => ({
      follow: (listener) => feed.follow(measured(consumer, listener)),
      after: (workspaceId, position, limit) => feed.after(workspaceId, position, limit),
      positionOf: (workspaceId, id) => feed.positionOf(workspaceId, id),
      isWhole: (workspaceId, position) => feed.isWhole(workspaceId, position),
    }),
  };
}
