/**
 * Full-text index of the history. Indexing an event costs more than storing it, so it runs behind: a little at a time
 * while nobody asks, and the rest before a text is searched.
 */
import { searchedTexts, wordsOf } from '../../core/event-search/words';
import type { Event } from '../../core/events/event';
import type { Sql } from '../sqlite/connection';
import type { SqliteDatabase } from '../sqlite/database';
import { parsedFrom } from '../sqlite/json-text';
import type { EventRow } from './lanes';

/** Events indexed in one transaction: some 5 ms of the thread. */
const SLICE = 100;

export interface TextIndex {
  /** Indexes everything stored so far, letting others work in between. */
  catchUp(): Promise<void>;
  remove(sql: Sql, positions: readonly number[]): void;
  close(): Promise<void>;
}

export function textIndex(db: SqliteDatabase, everyMs = 1_000): TextIndex {
  let running: Promise<void> | undefined;
  let closed = false;

  const slice = (): Promise<number> =>
    db.write((tx) => {
      const from = tx.get<{ position: number }>('SELECT position FROM events_text_cursor')?.position ?? 0;
      const rows = tx.all<{ position: number; event: string }>(
        'SELECT position, event FROM events WHERE position > ? ORDER BY position LIMIT ?',
        [from, SLICE],
      );
      const last = rows[rows.length - 1];
      if (!last) return 0;
      for (const { position, event } of rows)
        tx.run('INSERT INTO events_text (rowid, words) VALUES (?, ?)', [position, wordsIn(parsedFrom<Event>(event))]);
      tx.run('UPDATE events_text_cursor SET position = ?', [last.position]);
      return rows.length;
    });

  async function all(): Promise<void> {
    while (!closed && (await slice()) === SLICE);
  }

  const catchUp = (): Promise<void> => (running ??= all().finally(() => (running = undefined)));

  // One slice a turn: under load the index falls behind rather than take time from runs.
  const timer = setInterval(() => {
    if (running || closed || !behind(db)) return;
    running = slice()
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => (running = undefined));
  }, everyMs);
  timer.unref();

  return {
    // A slice that has begun in the background may end before the newest event.
    catchUp: async () => {
      await running;
      await catchUp();
    },
    remove(sql, positions) {
      for (const position of positions) sql.run('DELETE FROM events_text WHERE rowid = ?', [position]);
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}

const behind = (db: SqliteDatabase): boolean =>
  db.get('SELECT 1 FROM events WHERE position > (SELECT position FROM events_text_cursor) LIMIT 1') !== undefined;

/** Words as the search takes them apart, so that index and judgement agree. */
const wordsIn = (event: Event): string => [...searchedTexts(event)].flatMap(wordsOf).join(' ');

/** More rows than this are not worth a list of their own. */
const MOST_CANDIDATES = 500;

/** Events of the workspace that may hold all these texts; undefined when they are many. */
export function textCandidates(
  db: Pick<SqliteDatabase, 'all'>,
  workspaceId: string,
  texts: readonly { readonly words: readonly string[]; readonly isPrefix: boolean }[],
): EventRow[] | undefined {
  // The workspace's id is among the words of its events.
  const wanted = [...texts, { words: wordsOf(workspaceId), isPrefix: false }].filter(({ words }) => words.length > 0);
  const match = wanted.map(({ words, isPrefix }) => `"${words.join(' ')}"${isPrefix ? '*' : ''}`).join(' AND ');
  const found = db.all<{ rowid: number }>(
    `SELECT rowid FROM events_text WHERE events_text MATCH ? LIMIT ${MOST_CANDIDATES + 1}`,
    [match],
  );
  if (found.length > MOST_CANDIDATES) return undefined;
  return db.all<EventRow>(
    `SELECT position, created_at, event FROM events
     WHERE position IN (SELECT value FROM json_each(?)) AND workspace = ?`,
    [JSON.stringify(found.map(({ rowid }) => rowid)), workspaceId],
  );
}
