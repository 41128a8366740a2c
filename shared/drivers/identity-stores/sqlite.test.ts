import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aUser, identityStoresContract } from '../../testing/contracts/identity-stores';
import { openIdentityStores } from './sqlite';

async function open() {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-'));
  let time = 0;
  const stores = openIdentityStores(dir, () => time);
  return {
    stores,
    dir,
    pass: (ms: number) => void (time += ms),
    async close() {
      await stores.close();
      rmSync(dir, { recursive: true });
    },
  };
}

identityStoresContract('sqlite', open);

it('keeps the file to its owner, and shows two processes the same', async () => {
  const { stores, dir, close } = await open();
  expect(statSync(join(dir, 'identity.db')).mode & 0o777).toBe(0o600);
  const other = openIdentityStores(dir);
  await other.users.create(aUser());
  expect(await stores.users.find('u1')).toEqual(aUser());
  await stores.sweep();
  await other.close();
  await close();
});
