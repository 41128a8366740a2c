/** Child of `crash.test.ts`: flushes without end and prints each run once its flush is acknowledged. */
import { writeSync } from 'node:fs';
import { aFlush, anOutEvent, aPatch, aWait } from '../testing/builders';
import { openEmbeddedStores } from './embedded';

async function main([dir = '', round = '']: readonly string[]): Promise<void> {
  const stores = await openEmbeddedStores(dir, { groups: ['audit'] });
  // Takes every event and never ends: nothing is acknowledged.
  await stores.broker.consume('audit', () => new Promise(() => undefined), { concurrency: 1_000 });
  let next = 0;
  const lane = async (): Promise<void> => {
    for (;;) {
      const run = `acme/hello/${round}-${next++}`;
      await stores.flushes.apply(
        aFlush({
          run,
          events: [anOutEvent({ id: `event of ${run}` })],
          waits: [{ open: aWait() }],
          patches: [aPatch({ context: 'user', owner: run })],
        }),
      );
      writeSync(1, `${run}\n`);
    }
  };
  await Promise.all(Array.from({ length: 20 }, lane));
}

void main(process.argv.slice(2));
