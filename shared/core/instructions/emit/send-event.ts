import { fail, type PlatformError } from '../../errors/errors';
import { isEventName } from '../../events/event-name';
import type { Event, EventTarget } from '../../events/event';
import { isObject, type Json, type JsonObject, type Value } from '../../json';
import type { Execution } from '../../run/execution';
import { sizeOf } from '../../run/to-json';

export interface EventContent {
  readonly payload: JsonObject;
  /** Anything but an object is left out. */
  readonly target?: Value;
  readonly options?: Value;
}

/**
 * Sends an event of an automation: named inside its app, as large as events may be.
 * @returns what the automation may see of it
 * @throws InvalidEventError, BrokerError
 */
export function sendEvent(here: Execution, name: string, { payload, target, options }: EventContent): Json {
  const limit = here.run.limits.eventMaxLength;
  // Far too large: not even written down to be measured.
  if (sizeOf(payload) > 8 * limit) throw tooLarge(name, limit);
  const event = here.makeEvent(name, {
    payload,
    ...(isObject(target) && { target: target as EventTarget }),
    ...(isObject(options) && { options: options as Event['options'] }),
  });
  if (event.size > limit) throw tooLarge(name, limit);
  return here.emit(event);
}

/** @throws BrokerError for none, InvalidEventError for one that no event can have */
export function eventNameOf(name: Json): string {
  if (name === null || name === '') throw fail('BrokerError', 'Empty event type');
  if (typeof name === 'string' && isEventName(name)) return name;
  throw fail('InvalidEventError', 'Invalid event name', { event: name });
}

const tooLarge = (event: string, limit: number): PlatformError =>
  fail('BrokerError', `Event ${event} is too large`, { reason: 'EventTooLarge', event, limit });
