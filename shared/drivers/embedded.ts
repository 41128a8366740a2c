/** The embedded stores: one SQLite file with group commit, and folders beside it. Put together here, used one by one. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../ports/blob-store';
import type { Broker } from '../ports/broker';
import type { EventFeed } from '../ports/event-feed';
import type { EventHistory } from '../ports/event-history';
import type { FlushStore, TraceStore } from '../ports/flush-store';
import type { IdempotencyStore } from '../ports/idempotency-store';
import type { ReleaseStore } from '../ports/release-store';
import type { TopicStore } from '../ports/topic-store';
import type { WaitStore } from '../ports/wait-store';
import { folderBlobStore } from './blob-store/folder';
import { eventLog } from './broker/event-log';
import { sqliteBroker } from './broker/sqlite';
import { contextTable } from './context-store/context-table';
import { lifetimes, type LifetimeOptions } from './context-store/lifetimes';
import { sqliteContextStore, type SqliteContextStore } from './context-store/sqlite';
import { sqliteEventFeed } from './event-feed/sqlite';
import { sqliteEventHistory } from './event-history/sqlite';
import { createMask, type MaskOptions } from './flush-store/mask';
import { sqliteFlushStore } from './flush-store/sqlite';
import { sqliteIdempotencyStore } from './idempotency-store/sqlite';
import { sqliteReleaseStore } from './release-store/sqlite';
import { openDatabase, type DatabaseOptions, type SqliteDatabase } from './sqlite/database';
import { sqliteTraceStore } from './trace-store/sqlite';
import { sqliteTopicStore } from './topic-store/sqlite';
import { waitIndex } from './wait-store/wait-index';
import { sqliteWaitStore } from './wait-store/sqlite';

export interface EmbeddedOptions {
  /** Consumer groups of the broker: they exist before the first event. */
  readonly groups: readonly string[];
  readonly now?: () => number;
  readonly lifetimes?: LifetimeOptions;
  /** Bytes that the contexts of a workspace may take together; 0 = any. */
  readonly contextsMaxBytes?: (workspaceId: string) => number;
  readonly secrets?: MaskOptions;
  readonly keepLog?: number;
  /** Characters of one event. */
  readonly eventMaxLength?: number;
  /** Work that one search of the history may take. */
  readonly searchTimeoutMs?: number;
  readonly database?: DatabaseOptions;
}

export interface EmbeddedStores {
  readonly db: SqliteDatabase;
  readonly flushes: FlushStore;
  readonly traces: TraceStore;
  readonly contexts: SqliteContextStore;
  readonly waits: WaitStore;
  readonly broker: Broker;
  readonly history: EventHistory;
  readonly feed: EventFeed;
  readonly releases: ReleaseStore;
  readonly idempotency: IdempotencyStore;
  readonly blobs: BlobStore;
  readonly topics: TopicStore;
  /** Removes what has expired; call it every minute or so. */
  sweep(): Promise<void>;
  /** Stops consumers after what is in hand, then commits what is queued. */
  close(): Promise<void>;
}

/** @param dir the data folder: `ostinato.db` and `blobs/` */
export async function openEmbeddedStores(dir: string, options: EmbeddedOptions): Promise<EmbeddedStores> {
  const { now = Date.now } = options;
  await mkdir(dir, { recursive: true });
  const db = openDatabase(join(dir, 'ostinato.db'), options.database);
  const log = eventLog(db);
  const table = contextTable({ now, lifetime: lifetimes(options.lifetimes), limitBytes: options.contextsMaxBytes });
  const waits = waitIndex(db);
  const contexts = sqliteContextStore(db, table);
  const history = sqliteEventHistory(db, { searchTimeoutMs: options.searchTimeoutMs });
  const idempotency = sqliteIdempotencyStore(db, now);
  const broker = await sqliteBroker(db, log, {
    groups: options.groups,
    keep: options.keepLog,
    now,
    eventMaxLength: options.eventMaxLength,
  });
  return {
    db,
    flushes: sqliteFlushStore({
      db,
      log,
      contexts: table,
      waits,
      ...(options.secrets && { mask: createMask(options.secrets) }),
    }),
    traces: sqliteTraceStore(db, options.secrets?.key),
    contexts,
    waits: sqliteWaitStore(db, waits),
    broker,
    history,
    feed: sqliteEventFeed(db, log),
    releases: sqliteReleaseStore(db),
    idempotency,
    topics: sqliteTopicStore(db),
    blobs: folderBlobStore(join(dir, 'blobs')),
    async sweep() {
      await contexts.sweep();
      await idempotency.sweep();
    },
    async close() {
      await broker.close();
      await history.close();
      await db.close();
    },
  };
}
