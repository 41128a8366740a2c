import type { RepeatOp } from '../../automation/program';
import { isObject, type Json, type Value } from '../../json';
import type { Executor } from '../../run/execution';
import { streamIn } from '../../run/streams';

/**
 * Turns over a list, an object's entries, a text's characters, or a count: fixed at the start. Or over a stream: a turn
 * for each piece as it comes, until its source closes.
 */
export const executeRepeat: Executor<RepeatOp> = {
  enter(op, here) {
    const on = here.renderJson(op.on);
    const until = countOf(here.render(op.until));
    const stream = streamIn(on);
    if (stream !== undefined) {
      here.streams.claim(stream);
      return here.enterStream(stream, until ?? Number.MAX_SAFE_INTEGER);
    }
    if (!on) return here.enterRepeat(null, until ?? 0);
    const items = itemsOf(on);
    return here.enterRepeat(items, until === undefined ? items.length : Math.min(items.length, until));
  },
  resume(_op, here, answer, park) {
    if (park.kind === 'stream' && ('chunk' in answer || 'result' in answer)) here.streams.take(park, answer);
    return 'inside';
  },
};

function itemsOf(on: Json): readonly Json[] {
  if (typeof on === 'string') return Array.from(on);
  if (Array.isArray(on)) return on as readonly Json[];
  return isObject(on) ? Object.entries(on).map(([key, value]) => ({ key, value })) : [];
}

/** 0, ∅ and what is no number count as absent; a fraction rounds up; below 0 there is no turn. */
function countOf(until: Value): number | undefined {
  const count = typeof until === 'string' && until.trim() !== '' ? Number(until) : until;
  if (typeof count !== 'number' || Number.isNaN(count) || count === 0) return undefined;
  return Math.min(Math.max(0, Math.ceil(count)), Number.MAX_SAFE_INTEGER);
}
