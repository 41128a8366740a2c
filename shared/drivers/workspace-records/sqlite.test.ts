import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceRecordsContract } from '../../testing/contracts/workspace-records';
import { openDatabase } from '../sqlite/database';
import { sqliteWorkspaceRecords } from './sqlite';

workspaceRecordsContract('sqlite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-'));
  let db = openDatabase(join(dir, 'test.db'));
  return {
    records: sqliteWorkspaceRecords(db),
    async reopen() {
      await db.close();
      return sqliteWorkspaceRecords((db = openDatabase(join(dir, 'test.db'))));
    },
    async close() {
      await db.close();
      rmSync(dir, { recursive: true });
    },
  };
});
