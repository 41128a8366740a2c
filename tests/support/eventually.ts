import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again until the answer is there.
 * @param ask gives undefined, null or false while there is nothing yet; what it throws is tried again too
 * @throws Error that says what was waited for, and the last thing that went wrong
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  options: { readonly withinMs?: number; readonly everyMs?: number } = {},
): Promise<T> {
  const { withinMs = 15_000, everyMs = 50 } = options;
  let last: unknown = 'not there';
  for (const end = Date.now() + withinMs; ; await sleep(everyMs)) {
    try {
      const found = await ask();
      if (found !== undefined && found !== null && found !== false) return found;
      last = 'not there';
    } catch (error) {
      last = error;
    }
    if (Date.now() >= end) break;
  }
  throw new Error(`${what}: not within ${withinMs / 1000} s (${last instanceof Error ? last.message : String(last)})`);
}
