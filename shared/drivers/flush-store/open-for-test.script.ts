/** Embedded stores in a folder of their own, for contract suites. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenRunStores } from '../../testing/contracts/flush-store';
import { openEmbeddedStores, type EmbeddedOptions } from '../embedded';
import { createKeyring } from '../encryption/keyring';

export const openForTest = async (): Promise<OpenRunStores> => openAt(await mkdtemp(join(tmpdir(), 'ostinato-')), {});

/** The same, where every workspace has a secret: what may hold it rests sealed. */
export const openSealedForTest = async (): Promise<OpenRunStores> => {
  const secrets = { secretsOf: () => ['a secret that nobody uses'], keyring: createKeyring([randomBytes(32)]) };
  return openAt(await mkdtemp(join(tmpdir(), 'ostinato-')), { secrets });
};

async function openAt(dir: string, options: Pick<EmbeddedOptions, 'secrets'>): Promise<OpenRunStores> {
  const stores = await openEmbeddedStores(dir, { groups: ['audit'], ...options });
  return {
    ...stores,
    async reopen() {
      await stores.close();
      return openAt(dir, options);
    },
    async close() {
      await stores.close();
      await rm(dir, { recursive: true });
    },
  };
}
