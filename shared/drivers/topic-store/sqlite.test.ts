import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topicStoreContract } from '../../testing/contracts/topic-store';
import { openEmbeddedStores } from '../embedded';

topicStoreContract('sqlite', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  const stores = await openEmbeddedStores(dir, { groups: [] });
  return {
    topics: stores.topics,
    async close() {
      await stores.close();
      await rm(dir, { recursive: true });
    },
  };
});
