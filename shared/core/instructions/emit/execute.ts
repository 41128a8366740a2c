import type { EmitOp } from '../../automation/program';
import { isObject, type Json } from '../../json';
import type { Execution, Executor } from '../../run/execution';
import { eventNameOf, sendEvent } from './send-event';

/** Sends an event and goes on. A payload that is no object is reported instead; a bad name or size fails. */
export const executeEmit: Executor<EmitOp> = {
  enter(op, here) {
    const name = here.renderJson(op.event) ?? null;
    const payload = here.renderJson(op.payload) ?? {};
    if (!isObject(payload)) {
      here.output(op.output, refuse(here, name, payload));
      return 'done';
    }
    const [known, target, options] = [eventNameOf(name), here.renderJson(op.target), here.renderJson(op.options)];
    here.output(op.output, sendEvent(here, known, { payload, target, options }));
    return 'done';
  },
};

function refuse(here: Execution, event: Json, payload: Json): Json {
  const message = `Event payload must be an object, received ${typeName(payload)}`;
  return here.reportError('InvalidEventError', message, { event, payload });
}

function typeName(payload: Json): string {
  if (Array.isArray(payload)) return 'Array';
  const name = typeof payload;
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
