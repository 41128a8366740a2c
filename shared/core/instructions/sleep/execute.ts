import type { SleepOp } from '../../automation/program';
import { parseInstant } from '../../expression/evaluate/parse-instant';
import type { Value } from '../../json';
import { invalidInstruction, type Executor } from '../../run/execution';

const TEN_YEARS_MS = 10 * 365.25 * 86_400_000;

/** Parks the fibre for some seconds or until a date. A time gone by: it goes on at once. */
export const executeSleep: Executor<SleepOp> = {
  enter(op, here) {
    const seconds = here.renderJson(op.seconds);
    const until = here.renderJson(op.until);
    const deadline = deadlineOf(seconds, until, here.now);
    if (Number.isNaN(deadline) || deadline - here.now > TEN_YEARS_MS) {
      throw invalidInstruction('sleep', { seconds: seconds ?? null, until: until ?? null });
    }
    if (deadline <= here.now) return 'done';
    return here.park({ kind: 'sleep', id: here.mint('wait'), node: here.nodeId, since: here.now, deadline });
  },
};

/** NaN for anything but exactly one of the two. */
function deadlineOf(seconds: Value, until: Value, now: number): number {
  if (isAbsent(seconds) === isAbsent(until)) return NaN;
  if (!isAbsent(until)) return parseInstant(until);
  const count = typeof seconds === 'string' && seconds.trim() !== '' ? Number(seconds) : seconds;
  return typeof count === 'number' && count >= 0 ? now + Math.round(count * 1000) : NaN;
}

const isAbsent = (value: Value): boolean => value === undefined || value === null;
