import { join } from 'node:path';
import { memoryAnswerChannel } from '../shared/drivers/answer-channel/memory';
import { folderBlobStore } from '../shared/drivers/blob-store/folder';
import { eventLog } from '../shared/drivers/broker/event-log';
import { sqliteBroker } from '../shared/drivers/broker/sqlite';
import { contextTable } from '../shared/drivers/context-store/context-table';
import { lifetimes } from '../shared/drivers/context-store/lifetimes';
import { sqliteContextStore } from '../shared/drivers/context-store/sqlite';
import { sqliteEventHistory } from '../shared/drivers/event-history/sqlite';
import { sqliteFlushStore } from '../shared/drivers/flush-store/sqlite';
import { sqliteIdempotencyStore } from '../shared/drivers/idempotency-store/sqlite';
import { sqliteReleaseStore } from '../shared/drivers/release-store/sqlite';
import { openDatabase } from '../shared/drivers/sqlite/database';
import { sqliteTraceStore } from '../shared/drivers/trace-store/sqlite';
import { sqliteWaitStore } from '../shared/drivers/wait-store/sqlite';
import { waitIndex } from '../shared/drivers/wait-store/wait-index';
import type { Config } from './config';

export const CONSUMER_GROUPS = ['history', 'triggers', 'waits'] as const;

const SWEEP_EVERY_MS = 60_000;

/** Every store of the embedded default: one SQLite file and a folder of blobs under the data folder. */
export async function openEmbeddedStores(
  config: Pick<Config, 'dataDir' | 'contexts'>,
  onError: (error: unknown) => void,
) {
  const db = openDatabase(join(config.dataDir, 'ostinato.db'));
  const log = eventLog(db);
  const lifetime = lifetimes({
    runMs: config.contexts.runExpireMs,
    sessionMs: config.contexts.sessionExpireMs,
    socketMs: config.contexts.socketExpireMs,
  });
  const table = contextTable({ now: Date.now, lifetime });
  const index = waitIndex(db);
  const broker = await sqliteBroker(db, log, { groups: CONSUMER_GROUPS });
  const history = sqliteEventHistory(db);
  const contexts = sqliteContextStore(db, table);
  const idempotency = sqliteIdempotencyStore(db);
  const sweep = setInterval(() => {
    Promise.all([contexts.sweep(), idempotency.sweep()]).catch(onError);
  }, SWEEP_EVERY_MS);
  return {
    answers: memoryAnswerChannel({ onError }),
    blobs: folderBlobStore(join(config.dataDir, 'blobs')),
    broker,
    contexts,
    flushes: sqliteFlushStore({ db, log, contexts: table, waits: index }),
    history,
    idempotency,
    releases: sqliteReleaseStore(db),
    traces: sqliteTraceStore(db),
    waits: sqliteWaitStore(db, index),
    /** Everything acknowledged is on disk when this resolves. Stop consumers and workers first. */
    async close(): Promise<void> {
      clearInterval(sweep);
      await broker.close();
      await history.close();
      await db.close();
    },
  };
}

export type EmbeddedStores = Awaited<ReturnType<typeof openEmbeddedStores>>;
