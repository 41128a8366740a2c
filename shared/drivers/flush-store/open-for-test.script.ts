/** Embedded stores in a folder of their own, for contract suites. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenRunStores } from '../../testing/contracts/flush-store';
import { openEmbeddedStores } from '../embedded';

export const openForTest = async (): Promise<OpenRunStores> => openAt(await mkdtemp(join(tmpdir(), 'ostinato-')));

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
