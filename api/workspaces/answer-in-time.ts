import type { JsonObject } from '../../shared/core/json';
import type { Log } from '../../shared/ports/log';
import type { Reply } from '../http/contract';

/** An import that takes longer is answered before it is done; an event tells the rest. */
const ANSWER_AFTER_MS = 15_000;
const PROCESSING = { processing: true, message: 'The import goes on; the event `workspaces.imported` tells its end' };

/** @throws what the work throws before its time is over; later failures are logged */
export async function answerInTime(work: Promise<JsonObject>, { log }: { readonly log: Log }): Promise<Reply> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<JsonObject>((resolve) => {
    timer = setTimeout(() => {
      // From now on nobody hears of a failure.
      work.catch((error: unknown) => log.error({ err: error }, 'import failed'));
      resolve(PROCESSING);
    }, ANSWER_AFTER_MS);
  });
  try {
    return { body: await Promise.race([work, late]) };
  } finally {
    clearTimeout(timer);
  }
}
