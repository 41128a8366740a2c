import type { RateCounter } from '../../ports/rate-counter';

/** Beyond this many keys the windows that have ended are thrown out at once. */
const SWEEP_ABOVE = 10_000;

/** Counts of one process; a restart forgets them. */
export function memoryRateCounter(now: () => number = Date.now): RateCounter {
  const windows = new Map<string, { count: number; endsAt: number }>();
  const sweep = (time: number): void => {
    for (const [key, { endsAt }] of windows) if (endsAt <= time) windows.delete(key);
  };
  let sweepAbove = SWEEP_ABOVE;
  return {
    async hit(key, windowMs) {
      const time = now();
      const known = windows.get(key);
      if (known !== undefined && known.endsAt > time) return { ...known, count: ++known.count };
      const fresh = { count: 1, endsAt: time + windowMs };
      windows.set(key, fresh);
      if (windows.size > sweepAbove) {
        sweep(time);
        sweepAbove = Math.max(SWEEP_ABOVE, 2 * windows.size);
      }
      return { ...fresh };
    },
  };
}
