import type { Broker, ConsumeOptions, Consumer, Delivery } from '../../shared/ports/broker';
import type { Log } from '../../shared/ports/log';
import type { RunEngine } from '../../shared/ports/run-engine';
import type { WaitStore } from '../../shared/ports/wait-store';
import { takes, type CancelledTriggers } from './cancelled-triggers';
import { logFailedDelivery } from './log-failed-delivery';
import { inOrder } from './consume-in-order';
import { mayWake } from './event-triggers';

export interface WaitsConsumerDependencies {
  readonly broker: Broker;
  readonly waits: WaitStore;
  readonly engine: Pick<RunEngine, 'deliver'>;
  readonly cancelled: CancelledTriggers;
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

async function deliver({ waits, engine, cancelled }: WaitsConsumerDependencies, delivery: Delivery): Promise<void> {
  const { event } = delivery;
  if (!mayWake(event)) return;
  for (const wait of await waits.listening(event)) {
    const pattern = takes(wait, delivery);
    if (!pattern) continue;
    if (pattern.cancelTriggers) cancelled.note(event.id);
    if (await engine.deliver(wait.run, wait.id, event)) await waits.markDelivered(wait.run, wait.id, event.id);
    else await waits.forget(wait.run);
  }
}
