import type { ContextStore } from '../../ports/context-store';
import type { SqliteDatabase } from '../sqlite/database';
import type { ContextTable } from './context-table';

const PURGE_AT_ONCE = 500;

export interface SqliteContextStore extends ContextStore {
  /** Removes expired contexts; they read as absent anyway. Returns how many. */
  sweep(): Promise<number>;
}

export function sqliteContextStore(db: SqliteDatabase, table: ContextTable): SqliteContextStore {
  return {
    async read(workspaceId, owners) {
      return table.readAll(db, workspaceId, owners);
    },
    async sweep() {
      let removed = 0;
      for (;;) {
        const some = await db.write((tx) => table.purge(tx, PURGE_AT_ONCE));
        removed += some;
        if (some < PURGE_AT_ONCE) return removed;
      }
    },
  };
}
