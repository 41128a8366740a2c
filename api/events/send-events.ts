import { fail } from '../../shared/core/errors/errors';
import { assertFits } from '../../shared/core/events/assert-fits';
import { EMIT_TOPIC, type Event, type EventSource, type EventTarget } from '../../shared/core/events/event';
import { isEventName } from '../../shared/core/events/event-name';
import type { Json, JsonObject } from '../../shared/core/json';
import type { Permissions } from '../../shared/ports/access';
import type { Broker } from '../../shared/ports/broker';
import type { HttpRequest, Reply } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import { requireWorkspace } from '../http/require-workspace';
import { mintEvent, type Host } from '../http/mint-event';

export interface SendEventsDependencies {
  readonly broker: Broker;
  readonly permissions: Permissions;
  readonly workspaces: { has(workspaceId: string): boolean };
  readonly host: Host;
  /** Characters of one event (BROKER_EMIT_MAXLEN). */
  readonly eventMaxLength: number;
}

/** One event of the request, as the contract has checked it. */
interface Draft {
  readonly type: string;
  readonly payload?: JsonObject;
  readonly target?: EventTarget;
  readonly options?: Event['options'];
  readonly source?: { readonly serviceTopic?: string };
}

const MAX_EVENTS = 500;

/**
 * POST events: all are checked before the first is sent, and all are durable when it answers.
 * @throws PayloadTooLarge more than 500 events · BrokerError a name or size that no event may have
 * @throws ForbiddenError native events, which only the platform sends
 */
export const createSendEvents = ({ broker, permissions, workspaces, host, eventMaxLength }: SendEventsDependencies) =>
  async function sendEvents(request: HttpRequest): Promise<Reply> {
    const workspaceId = request.params['workspaceId'] ?? '';
    const { events: drafts } = request.body as unknown as { readonly events: readonly Draft[] };
    if (drafts.length > MAX_EVENTS) {
      throw fail('PayloadTooLarge', `At most ${MAX_EVENTS} events a call`, {
        limit: MAX_EVENTS,
        events: drafts.length,
      });
    }
    requireWorkspace(workspaces, workspaceId);
    const source = sourceOf(request, workspaceId, host);
    const now = Date.now();
    const events = drafts.map((draft) => checked(draft, source, eventMaxLength, now));
    for (const event of events) {
      await requirePermission(permissions, request.caller, 'create', {
        type: 'events',
        workspaceId,
        value: event as unknown as JsonObject,
      });
    }
    if (events.length > 0) await broker.append(events.map((event) => ({ event })));
    return { body: events as unknown as Json };
  };

function sourceOf({ caller, http }: HttpRequest, workspaceId: string, host: Host): EventSource {
  const { correlationId, userId, sessionId, socketId, ip, platform: { sourceWorkspaceId } = {} } = caller;
  return {
    correlationId,
    workspaceId,
    ...(userId !== undefined && { userId }),
    ...(sessionId !== undefined && { sessionId }),
    ...(socketId !== undefined && { socketId }),
    ...(ip !== undefined && { ip }),
    ...(sourceWorkspaceId !== undefined && { sourceWorkspaceId }),
    serviceTopic: EMIT_TOPIC,
    http,
    host: { ...host },
  };
}

function checked(draft: Draft, source: EventSource, maxSize: number, now: number): Event {
  const { type, payload = {}, target, options } = draft;
  if (!isEventName(type)) {
    throw fail('BrokerError', 'Letters, digits, blanks, dots, - and _ make an event name', {
      reason: 'InvalidEventName',
      type,
    });
  }
  const topic = draft.source?.serviceTopic;
  if (topic !== undefined && topic !== EMIT_TOPIC) {
    throw fail('ForbiddenError', `Only the platform itself sends native events`, {
      action: 'create',
      subjectType: 'events',
      subject: { type, serviceTopic: topic },
    });
  }
  const event = mintEvent({ type, payload, source, target, options }, now);
  assertFits(event, maxSize);
  return event;
}
