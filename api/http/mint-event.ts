import { envelopeSize } from '../../shared/core/events/envelope-size';
import type { Event, EventSource, EventTarget } from '../../shared/core/events/event';
import type { JsonObject } from '../../shared/core/json';
import { newUlid } from './new-ulid';

export interface EventDraft {
  /** Given where the same event may be minted twice; else a new one. */
  readonly id?: string;
  readonly type: string;
  readonly payload: JsonObject | null;
  readonly source: EventSource;
  readonly target?: EventTarget;
  readonly options?: Event['options'];
}

/** Gives an event its id, date and size: a second delivery of the same id changes nothing. */
export function mintEvent({ id, type, payload, source, target, options }: EventDraft, now = Date.now()): Event {
  const body = {
    type,
    createdAt: new Date(now).toISOString(),
    payload,
    source,
    ...(target && { target }),
    ...(options && { options }),
  };
  return { id: id ?? newUlid(now), size: envelopeSize(body), ...body };
}

/** Tells on behalf of which service of which process an event was sent. */
export interface Host {
  readonly service: string;
  readonly replica: string;
}

/** An event of the platform itself: its topic is its own type. */
export const mintNativeEvent = ({ host, source, ...draft }: NativeDraft): Event =>
  mintEvent({ ...draft, source: { ...source, serviceTopic: draft.type, host } });

export interface NativeDraft extends Pick<EventDraft, 'id' | 'type'> {
  readonly payload: JsonObject;
  readonly source: Omit<EventSource, 'serviceTopic' | 'host'>;
  readonly host: Host;
}
