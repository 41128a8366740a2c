import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextStoreContract } from '../../testing/contracts/context-store';
import { openEmbeddedStores } from '../embedded';
import { lifetimes } from './lifetimes';

contextStoreContract('sqlite', async (limit) => {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  let time = 0;
  const stores = await openEmbeddedStores(dir, {
    groups: [],
    now: () => time,
    ...(limit && { contextsMaxBytes: () => limit.limitBytes }),
  });
  return {
    ...stores,
    pass: (ms) => void (time += ms),
    async close() {
      await stores.close();
      await rm(dir, { recursive: true });
    },
  };
});

it('takes the duration of a session that has one', () => {
  const lifetime = lifetimes({ sessionDurationMs: (owner) => (owner === 'known' ? 5 : undefined), sessionMs: 7 });
  expect([lifetime('session', 'known'), lifetime('session', 'other'), lifetime('user', 'u')]).toEqual([5, 7, null]);
});
