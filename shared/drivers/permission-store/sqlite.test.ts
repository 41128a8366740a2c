import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiKey } from '../../ports/permission-store';
import { openDatabase } from '../sqlite/database';
import { sqlitePermissionStore } from './sqlite';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'ostinato-access-'))));
afterEach(() => rmSync(dir, { recursive: true }));

/** Two in turn: what the second knows, it has from the disk. */
async function opened<T>(work: (store: ReturnType<typeof sqlitePermissionStore>) => Promise<T>): Promise<T> {
  const db = openDatabase(join(dir, 'ostinato.db'));
  try {
    return await work(sqlitePermissionStore(db));
  } finally {
    await db.close();
  }
}

const key: ApiKey = { id: 'k1', hash: 'h1', hint: 'abc', name: 'bot', source: '[]', rules: [], at: 1 };

it('keeps grants by target, and says with each change that there is one', async () => {
  await opened(async (store) => {
    expect([store.version('acme'), store.grants('acme'), store.grantOf('acme', 'toString')]).toEqual([
      0,
      [],
      undefined,
    ]);
    await store.share('acme', { target: 'joe', role: 'editor', policies: [], at: 1 });
    await store.share('acme', { target: '*', policies: ['read'], at: 2 });
    await store.share('acme', { target: 'joe', role: 'agent', policies: [], at: 3 });
    expect([store.version('acme'), store.version('beta')]).toEqual([3, 0]);
  });
  await opened(async (store) => {
    expect(store.grants('acme').map(({ target, role }) => [target, role])).toEqual([['*', undefined], ['joe', 'agent']]); // prettier-ignore
    expect(store.grants('beta')).toEqual([]);
    expect([await store.unshare('acme', 'joe'), await store.unshare('acme', 'joe')]).toEqual([true, false]);
    expect(store.grantOf('acme', 'joe')).toBeUndefined();
  });
});

it('finds keys by id and by hash, in their workspace only', async () => {
  await opened((store) => store.putApiKey('acme', key));
  await opened(async (store) => {
    expect([store.apiKeyById('acme', 'k1'), store.apiKeyByHash('acme', 'h1')]).toEqual([key, key]);
    expect([store.apiKeyById('beta', 'k1'), store.apiKeyByHash('beta', 'h1')]).toEqual([undefined, undefined]);
    await store.putApiKey('acme', { ...key, disabled: true });
    expect(store.apiKeys('acme')).toEqual([{ ...key, disabled: true }]);
    expect([await store.removeApiKey('acme', 'k1'), await store.removeApiKey('acme', 'k1')]).toEqual([true, false]);
    expect(store.apiKeyByHash('acme', 'h1')).toBeUndefined();
  });
});

it('forgets a workspace', async () => {
  await opened(async (store) => {
    await store.putApiKey('acme', key);
    await store.share('acme', { target: 'joe', role: 'editor', policies: [], at: 1 });
    const before = store.version('acme');
    await store.forget('acme');
    expect([store.apiKeys('acme'), store.grants('acme')]).toEqual([[], []]);
    expect(store.version('acme')).toBeGreaterThan(before);
  });
  await opened(async (store) => expect(store.grants('acme')).toEqual([]));
});
