import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseStoreContract, type OpenReleases } from '../../testing/contracts/release-store';
import { openDatabase } from '../sqlite/database';
import { sqliteReleaseStore } from './sqlite';

function openAt(dir: string): OpenReleases {
  const db = openDatabase(join(dir, 'test.db'));
  return {
    store: sqliteReleaseStore(db),
    async reopen() {
      await db.close();
      return openAt(dir);
    },
    async close() {
      await db.close();
      await rm(dir, { recursive: true });
    },
  };
}

releaseStoreContract('sqlite', async () => openAt(await mkdtemp(join(tmpdir(), 'ostinato-'))));
