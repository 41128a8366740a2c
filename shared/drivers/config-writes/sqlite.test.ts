import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configWritesContract } from '../../testing/contracts/config-writes';
import { openDatabase } from '../sqlite/database';
import { configWriteLog } from './sqlite';

configWritesContract('sqlite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-'));
  let db = openDatabase(join(dir, 'test.db'));
  const writes = configWriteLog(db);
  return {
    writes,
    append: (workspaceId, patch) => db.write((tx) => writes.append(tx, workspaceId, patch)),
    async reopen() {
      await db.close();
      return configWriteLog((db = openDatabase(join(dir, 'test.db'))));
    },
    async close() {
      await db.close();
      rmSync(dir, { recursive: true });
    },
  };
});
