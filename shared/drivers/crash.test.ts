import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killedWhile } from '../testing/contracts/crash';
import { until } from '../testing/contracts/flush-store';
import { openEmbeddedStores } from './embedded';

const SCRIPT = join(__dirname, 'crash.script.ts');

describe('embedded stores whose process is killed', () => {
  it('keep every acknowledged flush whole, and deliver its events', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
    const acknowledged: string[] = [];
    for (const round of ['0', '1', '2']) acknowledged.push(...(await killedWhile(SCRIPT, [dir, round], 150)));
    const stores = await openEmbeddedStores(dir, { groups: ['audit'] });

    const runs = await stores.traces.list({ limit: 100_000 });
    expect(new Set(runs)).toEqual(new Set([...runs, ...acknowledged]));
    const events = new Set<string>();
    await stores.broker.consume('audit', async ([delivery]) => void events.add(delivery?.event.id ?? ''));
    await until(async () => (await stores.broker.pending()).every(({ pending }) => pending === 0));
    for (const run of runs) {
      const record = (await stores.traces.read(run))[0];
      const contexts = await stores.contexts.read('acme', { user: run });
      expect([record?.run, contexts.user?.version, (await stores.waits.ofRun(run)).length]).toEqual([run, 1, 1]);
      // Acknowledged ones were delivered to the killed consumer, or are delivered now; all are in the log or done.
      expect(stores.db.get('SELECT 1 FROM broker_log WHERE id = ?', [`event of ${run}`])).toBeDefined();
    }
    expect(await stores.waits.count()).toBe(runs.length);
    // The consumer of the killed process never acknowledged these.
    for (const run of runs) expect(events.has(`event of ${run}`)).toBe(true);
    await stores.close();
    await rm(dir, { recursive: true });
    // Three processes that compile what they run: seconds on a busy machine.
  }, 60_000);
});
