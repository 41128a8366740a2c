/** Searchable history in SQLite: a row an event, found by a few indexes and judged one by one (`core/event-search`). */
import { setTimeout } from 'node:timers/promises';
import { boundsOf } from '../../core/event-search/bounds';
import type { Search } from '../../core/event-search/query';
import { isKept } from '../../core/events/is-kept';
import type { Reader } from '../../core/events/read-rights';
import type { EventHistory } from '../../ports/event-history';
import type { SqliteDatabase } from '../sqlite/database';
import { deleteEvents, insertEvent, workspacesIn } from './event-table';
import { planScan, type PlannedScan } from './plan';
import { scan } from './scan';
import { searchGate } from './search-gate';
import { textIndex } from './text-index';
import { toSearch } from './to-search';

export interface SqliteEventHistory extends EventHistory {
  close(): Promise<void>;
}

export interface SqliteEventHistoryOptions {
  readonly indexEveryMs?: number;
  /** Work of one search. */
  readonly searchTimeoutMs?: number;
}

const DELETE_AT_ONCE = 100;
/** Between two deletions: nobody waits for them. */
const DELETE_PAUSE_MS = 5;
/** Nobody waits for the history: it lets another commit take it along. */
const LINGER_MS = 30;

export function sqliteEventHistory(db: SqliteDatabase, options: SqliteEventHistoryOptions = {}): SqliteEventHistory {
  const { indexEveryMs, searchTimeoutMs: timeoutMs = 2_000 } = options;
  const index = textIndex(db, indexEveryMs);
  const pass = searchGate();

  async function deleteUntil(workspaceId: string, before: string): Promise<number> {
    let deleted = 0;
    for (;;) {
      const positions = await db.write((tx) => {
        const removed = deleteEvents(tx, workspaceId, before, DELETE_AT_ONCE);
        index.remove(tx, removed);
        return removed;
      });
      deleted += positions.length;
      if (positions.length < DELETE_AT_ONCE) return deleted;
      await setTimeout(DELETE_PAUSE_MS);
    }
  }

  const find = (workspaceId: string, search: Search, reader?: Reader) =>
    pass(workspaceId, async () => {
      if (boundsOf(search.query).texts.length > 0) await index.catchUp();
      return scan(planOf(workspaceId, search, reader), search, { timeoutMs, ...(reader && { reader }) });
    });
  const planOf = (workspaceId: string, { query, sort }: Search, reader: Reader | undefined): PlannedScan =>
    planScan(db, { workspaceId, query, descending: sort[0]?.descending ?? true, ...(reader && { reader }) });

  return {
    async store(events) {
      const kept = events.filter(({ event }) => isKept(event));
      if (kept.length > 0) await db.writeWithin(LINGER_MS, (tx) => kept.forEach((logged) => insertEvent(tx, logged)));
    },
    find,
    async search(workspaceId, query) {
      return (await find(workspaceId, toSearch(query), query.reader)).hits;
    },
    async deleteBefore(date) {
      let deleted = 0;
      for (const workspaceId of workspacesIn(db)) deleted += await deleteUntil(workspaceId, date);
      return deleted;
    },
    deleteWorkspace: (workspaceId) => deleteUntil(workspaceId, '~'),
    workspaces: async () => workspacesIn(db),
    close: () => index.close(),
  };
}
