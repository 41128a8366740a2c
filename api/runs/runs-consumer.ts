import type { Log } from '../../shared/ports/log';
import type { RunIndex, RunNotes } from '../../shared/ports/run-index';
import { drainQueue, type DrainOptions } from '../drain-queue';

/**
 * The consumer group `runs`: fills the list of runs from the notes of flushes; a short run is one row written once. A note
 * that is taken again changes nothing.
 */
export const startRunsConsumer = (
  { notes, index, log }: { readonly notes: RunNotes; readonly index: RunIndex; readonly log: Log },
  options: DrainOptions = {},
): { stop(): Promise<void> } =>
  drainQueue(
    notes,
    {
      take: (batch) => index.apply(batch),
      failed: (error) =>
        log.error(
          { consumer: 'runs', err: error },
          'the list of runs could not be brought up to date; it is tried again',
        ),
    },
    options,
  );
