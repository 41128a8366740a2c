import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysOfEvent } from '../../core/event-search/reader-keys';
import { anEvent } from '../../testing/builders';
import { openDatabase } from '../sqlite/database';
import { MIGRATIONS } from '../sqlite/schema';
import { sqliteEventHistory } from './sqlite';

it('a history of the format before gets the keys of its readers, and its words', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-'));
  const path = join(dir, 'test.db');
  const events = [
    anEvent({ source: { userId: 'u', sessionId: 's' } }),
    anEvent({ source: { userId: 'u', serviceTopic: 'error' }, target: { userId: 'v', sessionId: 't' } }),
    anEvent({ source: { userId: 'u' }, target: { userTopic: 'news' } }),
    anEvent({ payload: { word: 'needle' } }),
  ];
  const before = openDatabase(path, { migrations: MIGRATIONS.slice(0, 3) });
  await before.write((tx) =>
    events.forEach((event, index) =>
      tx.run(
        'INSERT INTO events (position, id, workspace, type, created_at, correlation, event) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [index + 1, event.id, 'acme', event.type, event.createdAt, 'corr', JSON.stringify(event)],
      ),
    ),
  );
  await before.close();

  const db = openDatabase(path);
  const keys = db.all<{ position: number; reader: string }>('SELECT position, reader FROM event_readers');
  const wanted = events.flatMap((event, index) =>
    keysOfEvent(event).map((reader) => ({ position: index + 1, reader })),
  );
  const order = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  expect([...keys].sort(order)).toEqual(wanted.sort(order));
  const history = sqliteEventHistory(db);
  const found = await history.search('acme', { text: 'needle', limit: 5, sort: 'asc' });
  expect(found).toEqual([events[3]]);
  await history.close();
  await db.close();
  rmSync(dir, { recursive: true });
});
