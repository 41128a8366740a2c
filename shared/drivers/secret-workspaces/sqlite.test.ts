import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Release } from '../../core/automation/compiled';
import { IR_VERSION } from '../../core/automation/program';
import { aRelease } from '../../testing/fakes/release';
import type { ReleaseStore } from '../../ports/release-store';
import { createKeyring } from '../encryption/keyring';
import { createVault } from '../encryption/vault';
import { sqliteReleaseStore } from '../release-store/sqlite';
import { openDatabase } from '../sqlite/database';
import { MIGRATIONS } from '../sqlite/schema';
import { secretWorkspaceIndex } from './sqlite';

const vault = createVault(createKeyring([randomBytes(32)]));
let dir: string;

beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'ostinato-'))));
afterEach(() => rm(dir, { recursive: true }));

function open() {
  const db = openDatabase(join(dir, 'test.db'));
  const secret = secretWorkspaceIndex(db);
  return { db, secret, releases: sqliteReleaseStore(db, vault, secret) };
}

const secretArguments = [['body', 'pin']];
/** `pays` has a secret argument, `plain` has none. */
async function putPrograms(releases: ReleaseStore): Promise<void> {
  await releases.putProgram('p:pays', { irVersion: IR_VERSION, slug: 'pays', do: [], nodes: {}, secretArguments });
  await releases.putProgram('p:plain', { irVersion: IR_VERSION, slug: 'plain', do: [], nodes: {} });
}

const withSecretConfig = (workspaceId: string): Release => ({
  ...aRelease({ plain: {} }, workspaceId),
  secretConfig: { 'inner.app': [['apiKey']] },
});

it('knows a workspace by its release: secret arguments, or secret fields of config', async () => {
  const { db, secret, releases } = open();
  await putPrograms(releases);
  expect(secret.any()).toBe(false);
  await releases.putRelease(aRelease({ plain: {}, missing: {} }, 'shop'));
  expect([secret.any(), secret.has('shop')]).toEqual([false, false]);
  await releases.putRelease(aRelease({ plain: {}, pays: {} }, 'bank'));
  await releases.putRelease(withSecretConfig('vault'));
  expect(['shop', 'bank', 'vault', 'constructor'].map(secret.has)).toEqual([false, true, true, false]);
  expect(secret.any()).toBe(true);
  await db.close();
});

it('keeps a workspace for ever, also one of the settings', async () => {
  const first = open();
  await putPrograms(first.releases);
  await first.releases.putRelease(aRelease({ pays: {} }, 'bank'));
  await first.secret.add(['safe', 'bank']);
  await first.db.close();
  const again = open();
  await again.releases.putRelease({ ...aRelease({ plain: {} }, 'bank'), digest: 'r:next' });
  await again.secret.add([]);
  expect(['bank', 'safe', 'shop'].map(again.secret.has)).toEqual([true, true, false]);
  await again.db.close();
});

it('looks through releases of before once, sealed ones too', async () => {
  const noting = MIGRATIONS.findIndex((step) => step.includes('CREATE TABLE secret_workspaces'));
  const older = openDatabase(join(dir, 'test.db'), { migrations: MIGRATIONS.slice(0, noting) });
  const releases = sqliteReleaseStore(older, vault, { note: () => undefined });
  await putPrograms(releases);
  for (const release of [withSecretConfig('vault'), aRelease({ pays: {} }, 'bank'), aRelease({ plain: {} }, 'shop')])
    await releases.putRelease(release);
  await older.close();
  const again = open();
  expect(again.secret.any()).toBe(false);
  await again.secret.searchOldReleases(vault);
  expect(['vault', 'bank', 'shop'].map(again.secret.has)).toEqual([true, true, false]);
  expect(again.db.all('SELECT * FROM releases_unsearched')).toEqual([]);
  await again.db.close();
});
