import { memoryAnswerChannel } from '../../shared/drivers/answer-channel/memory';
import { fakeBroker } from '../../shared/testing/fakes/broker';
import { fakeWaitStore } from '../../shared/testing/fakes/stores';
import { createMetrics } from '../http/metrics';
import { createAdmission } from './admission';
import { registerRuntimeMetrics } from './runtime-metrics';

it('shows runs in flight, queues, open waits and what consumers have before them', async () => {
  const metrics = createMetrics();
  const admission = createAdmission({ slots: 1, queueLimit: 5, holdMs: 1000 }, memoryAnswerChannel());
  const broker = {
    ...fakeBroker(),
    pending: async () => [{ group: 'waits', pending: 7, dead: 1, types: [{ type: 'paid', pending: 3 }] }],
  };
  registerRuntimeMetrics(metrics, { admission, broker, waits: fakeWaitStore() });
  await admission.enter('r1', 'caller');
  void admission.enter('r2', 'event');
  const { content } = await metrics.text();
  for (const line of [
    'ostinato_runs_in_flight 1',
    'ostinato_runs_queued{who="caller"} 0',
    'ostinato_runs_queued{who="event"} 1',
    'ostinato_waits_open 0',
    'events_pending{event="paid",consumer="waits"} 3',
    'events_pending{event="(more)",consumer="waits"} 4',
    'events_dead{consumer="waits"} 1',
    'process_cpu_seconds_total',
  ]) {
    expect(content).toContain(line);
  }
});
