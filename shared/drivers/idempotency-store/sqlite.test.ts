import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idempotencyStoreContract } from '../../testing/contracts/idempotency-store';
import { openDatabase } from '../sqlite/database';
import { sqliteIdempotencyStore } from './sqlite';

async function open() {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  const db = openDatabase(join(dir, 'test.db'));
  let time = 0;
  const store = sqliteIdempotencyStore(db, () => time);
  return {
    store,
    pass: (ms: number) => void (time += ms),
    async close() {
      await db.close();
      await rm(dir, { recursive: true });
    },
  };
}

idempotencyStoreContract('sqlite', open);

it('sweeps keys that are free again', async () => {
  const { store, pass, close } = await open();
  await store.claim('a', { run: 'r', bodyHash: 'h' }, 10);
  await store.claim('b', { run: 'r', bodyHash: 'h' }, 20);
  pass(10);
  expect(await store.sweep()).toBe(1);
  await close();
});
