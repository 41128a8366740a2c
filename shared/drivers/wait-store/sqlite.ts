import type { WaitStore } from '../../ports/wait-store';
import type { SqliteDatabase } from '../sqlite/database';
import { forgetSince } from './look-back';
import type { WaitIndex } from './wait-index';

/** Until it is stored the event may be sent once more, which changes nothing. */
const LINGER_MS = 10;

export function sqliteWaitStore(db: SqliteDatabase, index: WaitIndex): WaitStore {
  return {
    listening: async (event) => index.listening(event),
    markDelivered: (run, wait, eventId) =>
      db.writeWithin(LINGER_MS, (tx) => index.markDelivered(tx, run, wait, eventId)),
    forget: (run) =>
      db.write((tx) => {
        index.closeOthers(tx, run, new Set());
        forgetSince(tx, run, 0);
      }),
    ofRun: async (run) => index.ofRun(run),
    count: async () => index.count(),
  };
}
