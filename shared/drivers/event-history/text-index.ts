/**
 * Full-text index of the history. Indexing an event costs more than storing it, so it runs behind: a little at a time
 * while nobody asks, and the rest before a text is searched.
 */
import type { Sql } from '../sqlite/connection';
import type { SqliteDatabase } from '../sqlite/database';

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
        tx.run('INSERT INTO events_text (rowid, event) VALUES (?, ?)', [position, event]);
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

/**
 * What people write into a search box -> a query of FTS5: words and "phrases", all wanted unless `OR` stands between,
 * `-word` or `NOT word` unwanted, `word*` a beginning. Everything else is text.
 * @returns null when nothing is left to search for
 */
export function textQuery(text: string): string | null {
  const terms: string[] = [];
  const unwanted: string[] = [];
  let joint = '';
  for (const [, minus, phrase, word] of text.matchAll(/(-?)(?:"([^"]*)"|(\S+))/g)) {
    if (word === 'AND' || word === 'OR' || word === 'NOT') {
      joint = word;
      continue;
    }
    const raw = (phrase ?? word ?? '').replaceAll('"', '');
    if (/[\p{L}\p{N}]/u.test(raw)) {
      const term = raw.endsWith('*') && phrase === undefined ? `"${raw.slice(0, -1)}"*` : `"${raw}"`;
      if (minus !== '' || joint === 'NOT') unwanted.push(term);
      else terms.push(terms.length === 0 ? term : `${joint === 'OR' ? 'OR' : 'AND'} ${term}`);
    }
    joint = '';
  }
  if (terms.length === 0) return null;
  return `(${terms.join(' ')})${unwanted.map((term) => ` NOT ${term}`).join('')}`;
}
