import type { Broker } from '../../shared/ports/broker';
import type { WaitStore } from '../../shared/ports/wait-store';
import type { Metrics } from '../http/metrics';
import type { Admission } from './admission';

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
  metrics.labelledGauge('events_pending', 'Events not acknowledged yet', ['consumer'], async () =>
    (await broker.pending()).map(({ group, pending }) => ({ labels: { consumer: group }, value: pending })),
  );
  metrics.labelledGauge('events_dead', 'Events that a consumer has given up', ['consumer'], async () =>
    (await broker.pending()).map(({ group, dead }) => ({ labels: { consumer: group }, value: dead })),
  );
}
