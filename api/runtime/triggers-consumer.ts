import { toErrorValue, fail } from '../../shared/core/errors/errors';
import type { Event } from '../../shared/core/events/event';
import { isInteraction, mayTrigger } from '../../shared/core/events/event-triggers';
import type { JsonObject } from '../../shared/core/json';
import type { Broker, ConsumeOptions, Consumer, Delivery } from '../../shared/ports/broker';
import type { Log } from '../../shared/ports/log';
import { mintNativeEvent, type Host } from '../http/mint-event';
import { inOrder } from './consume-in-order';
import type { ActiveReleases } from './deploy/active-releases';
import { listenersOf } from './event-listeners';
import { identityOfSource } from './identity-of';
import { logFailedDelivery } from './log-failed-delivery';
import type { StartRun } from './runs/start-run';

export interface TriggersConsumerDependencies {
  readonly broker: Broker;
  readonly releases: ActiveReleases;
  readonly startRun: StartRun;
  /** Events start nothing there, and are not kept for later. */
  readonly isSuspended: (workspaceId: string) => boolean;
  readonly log: Log;
  readonly host: Host;
  /** MAXIMUM_SUCCESSIVE_CALLS */
  readonly maximumSuccessiveCalls: number;
}

/**
 * Starts the automations that listen to an event, one run each, under a key made of event and automation: a redelivered
 * event starts nothing twice, and one that a wait has taken for itself (`cancelTriggers`) starts nothing at all. An event
 * without room for its runs waits here, and with it the rest of its chain.
 */
export const startTriggersConsumer = (
  dependencies: TriggersConsumerDependencies,
  options: ConsumeOptions = {},
): Promise<Consumer> =>
  dependencies.broker.consume(
    'triggers',
    inOrder((delivery) => trigger(dependencies, delivery), logFailedDelivery(dependencies.log, 'triggers')),
    { batchSize: 50, ...options },
  );

async function trigger(dependencies: TriggersConsumerDependencies, delivery: Delivery): Promise<void> {
  const { releases, startRun, broker, maximumSuccessiveCalls } = dependencies;
  const { event } = delivery;
  if (delivery.cancelled || !mayTrigger(event) || dependencies.isSuspended(event.source.workspaceId)) return;
  const listeners = await listenersOf(releases, event);
  if (listeners.length === 0) return;
  const depth = event.source.automationDepth ?? 0;
  if (depth > maximumSuccessiveCalls) {
    const automations = listeners.map(({ automation }) => automation);
    await broker.append([{ event: tooManyCalls(event, automations, dependencies) }]);
    return;
  }
  const { id, source, payload, type } = event;
  for (const [index, { release, automation }] of listeners.entries()) {
    const request = {
      release,
      automation,
      id,
      trigger: { type: 'event', value: type, id },
      args: { id, source: source as unknown as JsonObject, payload: payload ?? {} },
      identity: identityOfSource(source),
      correlationId: source.correlationId,
      depth,
      // One event is one interaction, however many automations listen.
      ...(index === 0 && isInteraction(event) && { announce: ['interaction'] as const }),
    } as const;
    await startRun(request, { who: 'event' });
  }
}

/** The same event, refused again after a crash, makes the same error: its id is derived. */
function tooManyCalls(
  event: Event,
  automations: readonly string[],
  { maximumSuccessiveCalls: limit, host }: TriggersConsumerDependencies,
): Event {
  const { correlationId, workspaceId, sessionId, automationSlug, automationDepth } = event.source;
  const details = { limit, event: event.type, eventId: event.id, automations };
  return mintNativeEvent({
    id: `${event.id}-too-many-calls`,
    type: 'error',
    payload: { ...toErrorValue(fail('TooManyCallError', 'Reached maximum number of nested calls', details)) },
    source: {
      correlationId,
      workspaceId,
      ...(sessionId !== undefined && { sessionId }),
      ...(automationSlug !== undefined && { automationSlug }),
      ...(automationDepth !== undefined && { automationDepth }),
    },
    host,
  });
}
