import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventSearchContract } from '../../testing/contracts/event-search';
import { eventHistoryContract, type OpenHistory } from '../../testing/contracts/event-history';
import { openDatabase } from '../sqlite/database';
import { sqliteEventHistory } from './sqlite';

const open = async (): Promise<OpenHistory> => {
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
};

eventHistoryContract('sqlite', open);
eventSearchContract('sqlite', open);
