import type { Log } from '../../shared/ports/log';
import type { RunIndex, RunNotes } from '../../shared/ports/run-index';

/** Notes taken at once. */
const BATCH = 200;

export interface RunsConsumerOptions {
  /** Notes that come soon after one another are taken together: a short run is one row written once. */
  readonly lingerMs?: number;
  /** At least so long from one taking to the next: many rows together cost less than each by itself. */
  readonly paceMs?: number;
  readonly retryMs?: number;
}

/**
 * The consumer group `runs`: fills the list of runs from the notes of flushes. A note is acknowledged when what it says is
 * stored; one that is taken again changes nothing.
 */
export function startRunsConsumer(
  { notes, index, log }: { readonly notes: RunNotes; readonly index: RunIndex; readonly log: Log },
  { lingerMs = 20, paceMs = 200, retryMs = 1_000 }: RunsConsumerOptions = {},
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
        const batch = await notes.read(BATCH);
        const last = batch.at(-1);
        if (!last) return;
        await index.apply(batch);
        await notes.acknowledge(last.position);
        // Of those that have come meanwhile we are told.
        more = batch.length === BATCH;
      }
    } catch (error) {
      log.error(
        { consumer: 'runs', err: error },
        'the list of runs could not be brought up to date; it is tried again',
      );
      plan(retryMs);
    }
  };
  const forget = notes.onAppended(() => plan(Math.max(lingerMs, takenAt + paceMs - performance.now())));
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
