import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flushStoreContract, type OpenRunStores } from '../../testing/contracts/flush-store';
import { openEmbeddedStores } from '../embedded';

async function openAt(dir: string): Promise<OpenRunStores> {
  const stores = await openEmbeddedStores(dir, { groups: ['audit'] });
  return {
    ...stores,
    async reopen() {
      await stores.close();
      return openAt(dir);
    },
    async close() {
      await stores.close();
      await rm(dir, { recursive: true });
    },
  };
}

flushStoreContract('sqlite', async () => openAt(await mkdtemp(join(tmpdir(), 'ostinato-'))));
