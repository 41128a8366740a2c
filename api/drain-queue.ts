/** What waits to be taken, in order. */
export interface Queue<Item extends { readonly position: number }> {
  /** The oldest that are not acknowledged. */
  read(limit: number): Promise<readonly Item[]>;
  /** All up to this one. */
  acknowledge(position: number): Promise<void>;
  /** Calls back when something has come. */
  onAppended(wake: () => void): () => void;
}

export interface DrainOptions {
  /** Items that come soon after one another are taken together. */
  readonly lingerMs?: number;
  /** At least so long from one taking to the next: many together cost less than each by itself. */
  readonly paceMs?: number;
  readonly retryMs?: number;
}

/** Items taken at once. */
const BATCH = 200;

/**
 * Takes what comes, batch after batch. It is acknowledged when `take` is done: after a crash it is taken again.
 * @param failed  told why a batch was not taken; it is tried again
 */
export function drainQueue<Item extends { readonly position: number }>(
  queue: Queue<Item>,
  {
    take,
    failed,
  }: { readonly take: (items: readonly Item[]) => Promise<void>; readonly failed: (error: unknown) => void },
  { lingerMs = 20, paceMs = 200, retryMs = 1_000 }: DrainOptions = {},
): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  let takenAt = -Infinity;

  const plan = (ms: number): void => {
    if (stopped || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      working = working.then(drain);
    }, ms);
  };
  const drain = async (): Promise<void> => {
    try {
      for (let more = true; more && !stopped;) {
        takenAt = performance.now();
        const batch = await queue.read(BATCH);
        const last = batch.at(-1);
        if (!last) return;
        await take(batch);
        await queue.acknowledge(last.position);
        // Of those that have come meanwhile we are told.
        more = batch.length === BATCH;
      }
    } catch (error) {
      failed(error);
      plan(retryMs);
    }
  };
  const forget = queue.onAppended(() => plan(Math.max(lingerMs, takenAt + paceMs - performance.now())));
  plan(0);
  return {
    async stop() {
      stopped = true;
      forget();
      clearTimeout(timer);
      await working;
    },
  };
}
