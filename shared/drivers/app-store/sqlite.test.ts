import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appStoreContract } from '../../testing/contracts/app-store';
import { openDatabase } from '../sqlite/database';
import { sqliteAppStore } from './sqlite';

appStoreContract('sqlite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-'));
  let db = openDatabase(join(dir, 'test.db'));
  return {
    apps: sqliteAppStore(db),
    async reopen() {
      await db.close();
      return sqliteAppStore((db = openDatabase(join(dir, 'test.db'))));
    },
    async close() {
      await db.close();
      rmSync(dir, { recursive: true });
    },
  };
});
