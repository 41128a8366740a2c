import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseStoreContract, type OpenReleases } from '../../testing/contracts/release-store';
import { aRelease } from '../../testing/fakes/release';
import { createKeyring } from '../encryption/keyring';
import { createVault } from '../encryption/vault';
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

it('keeps a release sealed whose config has secret fields', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  const db = openDatabase(join(dir, 'test.db'));
  const store = sqliteReleaseStore(db, createVault(createKeyring([randomBytes(32)])));
  const release = { ...aRelease({}), config: { '': { key: 'hush' } }, secretConfig: { '': [['key']] } };
  await store.putRelease(release);
  expect(JSON.stringify(db.all('SELECT release FROM releases'))).not.toContain('hush');
  expect(await store.getRelease(release.digest)).toEqual(release);
  await db.close();
  await rm(dir, { recursive: true });
});
