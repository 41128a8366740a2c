import type { EmitOp } from '../../automation/program';
import { fail, type PlatformError } from '../../errors/errors';
import { isEventName } from '../../events/event-name';
import type { Event, EventTarget } from '../../events/event';
import { isObject, type Json, type JsonObject, type Value } from '../../json';
import type { Execution, Executor } from '../../run/execution';
import { sizeOf } from '../../run/to-json';

/** Sends an event and goes on. A payload that is no object is reported instead; a bad name or size fails. */
export const executeEmit: Executor<EmitOp> = {
  enter(op, here) {
    const name = here.renderJson(op.event) ?? null;
    const payload = here.renderJson(op.payload) ?? {};
    here.output(op.output, isObject(payload) ? emit(op, here, name, payload) : refuse(here, name, payload));
    return 'done';
  },
};

function emit(op: EmitOp, here: Execution, name: Json, payload: JsonObject): Json {
  if (name === null || name === '') throw fail('BrokerError', 'Empty event type');
  if (typeof name !== 'string' || !isEventName(name)) {
    throw fail('InvalidEventError', 'Invalid event name', { event: name });
  }
  const limit = here.run.limits.eventMaxLength;
  // Far too large: not even written down to be measured.
  if (sizeOf(payload) > 8 * limit) throw tooLarge(name, limit);
  const target = objectOr(here.renderJson(op.target)) as EventTarget | undefined;
  const options = objectOr(here.renderJson(op.options)) as Event['options'];
  const event = here.makeEvent(name, { payload, ...(target && { target }), ...(options && { options }) });
  if (event.size > limit) throw tooLarge(name, limit);
  return here.emit(event);
}

const tooLarge = (event: string, limit: number): PlatformError =>
  fail('BrokerError', `Event ${event} is too large`, { reason: 'EventTooLarge', event, limit });

function refuse(here: Execution, event: Json, payload: Json): Json {
  const message = `Event payload must be an object, received ${typeName(payload)}`;
  return here.reportError('InvalidEventError', message, { event, payload });
}

function typeName(payload: Json): string {
  if (Array.isArray(payload)) return 'Array';
  const name = typeof payload;
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

const objectOr = (value: Value): JsonObject | undefined => (isObject(value) ? value : undefined);
