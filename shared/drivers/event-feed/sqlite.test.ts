import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventFeedContract } from '../../testing/contracts/event-feed';
import { until } from '../../testing/contracts/flush-store';
import { openEmbeddedStores } from '../embedded';

eventFeedContract('sqlite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-feed-'));
  const stores = await openEmbeddedStores(dir, { groups: ['history'], keepLog: 10 });
  const { db, feed, broker, history } = stores;
  const inLog = () => db.get<{ events: number }>('SELECT count(*) AS events FROM broker_log')?.events ?? 0;
  return {
    ...{ feed, broker, history },
    async trimmed() {
      await broker.consume('history', (batch) => history.store(batch), { batchSize: 500 });
      await until(async () => inLog() <= 11);
    },
    async close() {
      await stores.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
});
