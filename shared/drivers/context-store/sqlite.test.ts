import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextStoreContract } from '../../testing/contracts/context-store';
import { aFlush } from '../../testing/builders';
import { openEmbeddedStores, type EmbeddedOptions } from '../embedded';
import { createKeyring } from '../encryption/keyring';
import { lifetimes } from './lifetimes';

const hiding = { secretsOf: () => ['a secret that nobody uses'], keyring: createKeyring([randomBytes(32)]) };

// Sealed or not, the same is read, and the same is counted.
describe.each([
  ['sqlite', {}],
  ['sqlite, sealed', { secrets: hiding }],
])('%s', (driver, options) => contextStoreContract(driver, (limit) => open(options, limit)));

async function open(options: Pick<EmbeddedOptions, 'secrets'>, limit?: { readonly limitBytes: number }) {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  let time = 0;
  const stores = await openEmbeddedStores(dir, {
    groups: [],
    ...options,
    now: () => time,
    ...(limit && { contextsMaxBytes: () => limit.limitBytes }),
  });
  return {
    ...stores,
    pass: (ms: number) => void (time += ms),
    async close() {
      await stores.close();
      await rm(dir, { recursive: true });
    },
  };
}

it('keeps a context sealed that a run with secrets has written, whoever writes it next', async () => {
  const secrets = { ...hiding, secretsOf: () => [] };
  const stores = await open({ secrets });
  const write = (path: string, flush: number, run: { readonly secrets?: readonly string[] }) => {
    const patch = { context: 'global', owner: 'global', op: 'replace', path: [path], value: 'hush' } as const;
    return stores.flushes.apply(aFlush({ flush, flushId: `f:${flush}`, patches: [patch], ...run }));
  };
  await write('a', 0, { secrets: ['hush'] });
  await write('b', 1, {});
  const [row] = stores.db.all<{ value: string; plain_bytes: number }>('SELECT value, plain_bytes FROM contexts');
  expect(row?.value).toMatch(/^sealed:[0-9a-f]{12}:/);
  expect(row?.plain_bytes).toBe('{"a":"hush","b":"hush"}'.length);
  expect((await stores.contexts.read('acme', { global: 'global' })).global?.value).toEqual({ a: 'hush', b: 'hush' });
  await stores.close();
});

it('takes the duration of a session that has one', () => {
  const lifetime = lifetimes({ sessionDurationMs: (owner) => (owner === 'known' ? 5 : undefined), sessionMs: 7 });
  expect([lifetime('session', 'known'), lifetime('session', 'other'), lifetime('user', 'u')]).toEqual([5, 7, null]);
});
