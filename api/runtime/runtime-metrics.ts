import type { Broker } from '../../shared/ports/broker';
import type { WaitStore } from '../../shared/ports/wait-store';
import type { Metrics } from '../http/metrics';
import type { Admission } from './admission';

/** Events of a backlog whose types nobody has looked at; and, while there is none, the group's zero. */
const BEYOND = '(more)';

/** What operators of the runtime watch: is there room, and does anything pile up? */
export function registerRuntimeMetrics(
  metrics: Metrics,
  parts: { readonly admission: Admission; readonly broker: Broker; readonly waits: Pick<WaitStore, 'count'> },
): void {
  const { admission, broker, waits } = parts;
  metrics.gauge(
    'ostinato_runs_in_flight',
    'Runs started, neither parked nor answered',
    () => admission.counts().inFlight,
  );
  metrics.labelledGauge('ostinato_runs_queued', 'Starts that wait for a slot', ['who'], async () => {
    const { callers, events } = admission.counts();
    return [
      { labels: { who: 'caller' }, value: callers },
      { labels: { who: 'event' }, value: events },
    ];
  });
  metrics.gauge('ostinato_waits_open', 'Open waits of parked runs', () => waits.count());
  metrics.labelledGauge('events_pending', 'Events not acknowledged yet', ['event', 'consumer'], async () =>
    (await broker.pending()).flatMap(({ group, pending, types }) => {
      const told = types.reduce((sum, one) => sum + one.pending, 0);
      return [...types, { type: BEYOND, pending: pending - told }].map((one) => ({
        labels: { event: one.type, consumer: group },
        value: one.pending,
      }));
    }),
  );
  metrics.labelledGauge('events_dead', 'Events that a consumer has given up', ['consumer'], async () =>
    (await broker.pending()).map(({ group, dead }) => ({ labels: { consumer: group }, value: dead })),
  );
}
