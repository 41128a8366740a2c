import type { WaitOp } from '../../automation/program';
import { prefixed } from '../../events/app-names';
import { isObject, type Json, type Value } from '../../json';
import { invalidInstruction, type Execution, type Executor } from '../../run/execution';
import type { EventPattern } from '../../run/types';

const EXECUTED = 'runtime.automations.executed';
/** Longer ones are as good as for ever, and dates must stay dates. */
const MAXIMUM_MS = 100 * 365.25 * 86_400_000;

/** Parks the fibre until one event matches. A time-out leaves the variable alone, it is no error: authors branch on it. */
export const executeWait: Executor<WaitOp> = {
  enter(op, here) {
    const wait = { oneOf: op.oneOf.map((pattern) => patternOf(pattern, here)) };
    const timeoutMs = timeoutOf(here.render(op.timeout)) ?? here.run.limits.waitDefaultTimeoutMs;
    const id = here.mint('wait');
    const park = {
      kind: 'wait',
      id,
      node: here.nodeId,
      wait,
      since: here.now,
      deadline: here.now + timeoutMs,
    } as const;
    here.openWait(park);
    const output = here.nameOf(op.output);
    here.native('runtime.waits.pending', {
      id,
      expiresAt: park.deadline,
      wait: {
        oneOf: wait.oneOf as unknown as Json,
        timeout: timeoutMs / 1000,
        ...(output !== undefined && { output }),
      },
    });
    return here.park(park);
  },
  resume(op, here, answer, park) {
    if (park.kind !== 'wait') return;
    here.closeWait(park.id);
    if (!('event' in answer)) return;
    const event = answer.event as unknown as Json;
    here.native('runtime.waits.fulfilled', { id: park.id, event });
    here.output(op.output, event);
  },
};

function patternOf(pattern: WaitOp['oneOf'][number], here: Execution): EventPattern {
  const name = here.render(pattern.event);
  const filters = here.renderJson(pattern.filters) ?? null;
  if (typeof name !== 'string' || name === '' || (filters !== null && !isObject(filters))) {
    throw invalidInstruction('wait', { event: here.renderJson(pattern.event) ?? null, filters });
  }
  return {
    event: name === EXECUTED ? name : prefixed(here.instance, name),
    ...(filters !== null && { filters }),
    ...(here.render(pattern.cancelTriggers) && { cancelTriggers: true }),
  };
}

/** Milliseconds; undefined for 0, ∅ and what is no number above 0. */
function timeoutOf(value: Value): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 ? Math.min(Math.ceil(seconds * 1000), MAXIMUM_MS) : undefined;
}
