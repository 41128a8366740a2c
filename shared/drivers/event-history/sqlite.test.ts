import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventHistoryContract } from '../../testing/contracts/event-history';
import { openDatabase } from '../sqlite/database';
import { sqliteEventHistory } from './sqlite';

eventHistoryContract('sqlite', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  const db = openDatabase(join(dir, 'test.db'));
  const history = sqliteEventHistory(db);
  return {
    history,
    async close() {
      await history.close();
      await db.close();
      await rm(dir, { recursive: true });
    },
  };
});
