import type { WaitStore } from '../../ports/wait-store';
import type { SqliteDatabase } from '../sqlite/database';
import type { WaitIndex } from './wait-index';

export function sqliteWaitStore(db: SqliteDatabase, index: WaitIndex): WaitStore {
  return {
    listening: async (workspaceId, eventType) => index.listening(workspaceId, eventType),
    markDelivered: (run, wait, eventId) => db.write((tx) => index.markDelivered(tx, run, wait, eventId)),
    forget: (run) => db.write((tx) => index.closeOthers(tx, run, new Set())),
    ofRun: async (run) => index.ofRun(run),
    count: async () => index.count(),
  };
}
