import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRecordsContract } from '../../testing/contracts/file-records';
import { openDatabase } from '../sqlite/database';
import { sqliteFileRecords } from './sqlite';

fileRecordsContract('sqlite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-'));
  let db = openDatabase(join(dir, 'test.db'));
  return {
    records: sqliteFileRecords(db),
    async reopen() {
      await db.close();
      return sqliteFileRecords((db = openDatabase(join(dir, 'test.db'))));
    },
    async close() {
      await db.close();
      rmSync(dir, { recursive: true });
    },
  };
});
