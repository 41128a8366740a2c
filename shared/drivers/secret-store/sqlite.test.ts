import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyring } from '../encryption/keyring';
import { createVault } from '../encryption/vault';
import { openDatabase } from '../sqlite/database';
import { sqliteSecretStore } from './sqlite';

const token = { name: 'token', value: 'hush-hush', createdAt: 1, updatedAt: 2 };

it('keeps secrets sealed, knows them at the next start, and which workspaces have any', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-secrets-'));
  const vault = createVault(createKeyring([randomBytes(32)]));
  try {
    const db = openDatabase(join(dir, 'ostinato.db'));
    const noted: string[] = [];
    const store = sqliteSecretStore(db, vault, { add: async (ids) => void noted.push(...ids) });
    await store.change('acme', { token, other: { ...token, name: 'other' } });
    expect([store.version(), noted]).toEqual([1, ['acme']]);
    await store.change('acme', { other: null });
    expect([store.list('acme'), store.list('beta'), store.workspaces()]).toEqual([[token], [], ['acme']]);
    await db.close();
    expect(readFileSync(join(dir, 'ostinato.db')).includes('hush-hush')).toBe(false);

    const again = openDatabase(join(dir, 'ostinato.db'));
    const known = sqliteSecretStore(again, vault);
    expect(known.list('acme')).toEqual([token]);
    await known.change('acme', { token: null });
    expect([known.list('acme'), known.workspaces()]).toEqual([[], []]);
    await again.close();
  } finally {
    rmSync(dir, { recursive: true });
  }
});
