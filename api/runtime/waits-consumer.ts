import { mayWake } from '../../shared/core/events/event-triggers';
import { matchPatterns } from '../../shared/core/events/match-filters';
import type { Broker, ConsumeOptions, Consumer, Delivery } from '../../shared/ports/broker';
import type { Log } from '../../shared/ports/log';
import type { RunEngine } from '../../shared/ports/run-engine';
import type { WaitStore } from '../../shared/ports/wait-store';
import { logFailedDelivery } from './log-failed-delivery';
import { inOrder } from './consume-in-order';

export interface WaitsConsumerDependencies {
  readonly broker: Broker;
  readonly waits: WaitStore;
  readonly engine: Pick<RunEngine, 'deliver'>;
  readonly log: Log;
}

/** Brings events to the runs that wait for them. A second delivery is harmless: the run knows its waits and events. */
export const startWaitsConsumer = (
  dependencies: WaitsConsumerDependencies,
  options: ConsumeOptions = {},
): Promise<Consumer> =>
  dependencies.broker.consume(
    'waits',
    inOrder((delivery) => deliver(dependencies, delivery), logFailedDelivery(dependencies.log, 'waits')),
    { batchSize: 100, ...options },
  );

async function deliver({ waits, engine }: WaitsConsumerDependencies, { event, position }: Delivery): Promise<void> {
  if (!mayWake(event)) return;
  for (const wait of await waits.listening(event)) {
    // What was in the log before the wait is the business of its registration.
    if (position <= wait.fromPosition || !matchPatterns(event, wait.oneOf)) continue;
    if (await engine.deliver(wait.run, wait.id, event)) await waits.markDelivered(wait.run, wait.id, event.id);
    else await waits.forget(wait.run);
  }
}
