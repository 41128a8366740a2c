import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../sqlite/database';
import { eventsSql, PAGE, readersSql } from './lanes';

/** Each page of a lane is read along an index: neither is the table read through, nor anything sorted. */
describe('query plans', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-'));
  const db = openDatabase(join(dir, 'test.db'));
  afterAll(async () => {
    await db.close();
    rmSync(dir, { recursive: true });
  });
  const planOf = (sql: string) => {
    const params = [...sql.matchAll(/\?/g)].map(() => '');
    return db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params).map(({ detail }) => detail);
  };

  it.each([
    ['all, newest first', eventsSql(null, true), 'INDEX events_time (workspace=? AND created_at>? AND '],
    ['all, oldest first', eventsSql(null, false), 'INDEX events_time (workspace=? AND '],
    ['a type', eventsSql('type', true), 'INDEX events_type (workspace=? AND type=? AND created_at>? AND '],
    ['a chain', eventsSql('correlation', true), 'INDEX events_correlation (workspace=? AND correlation=? AND '],
    ['a reader', readersSql(true), 'PRIMARY KEY (workspace=? AND reader=? AND created_at>? AND '],
    [
      'the log',
      `SELECT position FROM events WHERE position > ? ORDER BY position LIMIT ${PAGE}`,
      'INTEGER PRIMARY KEY (rowid>?)',
    ],
    [
      'the oldest of a workspace',
      'SELECT position FROM events WHERE workspace = ? AND created_at < ? ORDER BY created_at LIMIT ?',
      'INDEX events_time (workspace=? AND created_at<?)',
    ],
    ['the next workspace', 'SELECT min(workspace) FROM events WHERE workspace > ?', '(workspace>?)'],
    [
      'the next type',
      'SELECT type FROM events WHERE workspace = ? AND type > ? ORDER BY type LIMIT 1',
      'INDEX events_type (workspace=? AND type>?)',
    ],
  ])('%s', (_, sql, wanted) => {
    const plan = planOf(sql).join('\n');
    expect(plan).toContain(wanted);
    expect(plan).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});
