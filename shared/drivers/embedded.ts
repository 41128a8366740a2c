/** The embedded stores: one SQLite file with group commit, and folders beside it. Put together here, used one by one. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventSource } from '../core/events/event';
import type { BlobStore } from '../ports/blob-store';
import type { AppStore } from '../ports/app-store';
import type { Broker } from '../ports/broker';
import type { ConfigWrites } from '../ports/config-writes';
import type { EventFeed } from '../ports/event-feed';
import type { EventHistory } from '../ports/event-history';
import type { FileRecords } from '../ports/file-records';
import type { FlushStore, TraceStore } from '../ports/flush-store';
import type { IdempotencyStore } from '../ports/idempotency-store';
import type { PermissionStore } from '../ports/permission-store';
import type { ReleaseStore } from '../ports/release-store';
import type { RunIndex, RunNotes } from '../ports/run-index';
import type { SecretStore } from '../ports/secret-store';
import type { SecretWorkspaces } from '../ports/secret-workspaces';
import type { TopicStore } from '../ports/topic-store';
import type { WaitStore } from '../ports/wait-store';
import type { WorkspaceRecords } from '../ports/workspace-records';
import { sqliteAppStore } from './app-store/sqlite';
import { folderBlobStore } from './blob-store/folder';
import { eventLog } from './broker/event-log';
import { maskedBroker } from './broker/masked';
import { sqliteBroker } from './broker/sqlite';
import { contextTable } from './context-store/context-table';
import { lifetimes, type LifetimeOptions } from './context-store/lifetimes';
import { sqliteContextStore, type SqliteContextStore } from './context-store/sqlite';
import { sqliteEventFeed } from './event-feed/sqlite';
import { sqliteEventHistory } from './event-history/sqlite';
import { createVault, openVault } from './encryption/vault';
import { sqliteFileRecords } from './file-records/sqlite';
import { createMask, type MaskOptions } from './flush-store/mask';
import { sqliteFlushStore } from './flush-store/sqlite';
import { sqliteIdempotencyStore } from './idempotency-store/sqlite';
import { sqlitePermissionStore } from './permission-store/sqlite';
import { sqliteReleaseStore } from './release-store/sqlite';
import { configWriteLog } from './config-writes/sqlite';
import { noteLog } from './run-index/note-log';
import { sqliteRunIndex } from './run-index/sqlite';
import { sqliteSecretStore } from './secret-store/sqlite';
import { secretWorkspaceIndex } from './secret-workspaces/sqlite';
import { openDatabase, type DatabaseOptions, type SqliteDatabase } from './sqlite/database';
import { traceRetention } from './trace-store/retention';
import { sqliteTraceStore } from './trace-store/sqlite';
import { sqliteTopicStore } from './topic-store/sqlite';
import { claims } from './wait-store/claims';
import { waitIndex } from './wait-store/wait-index';
import { sqliteWaitStore } from './wait-store/sqlite';
import { sqliteWorkspaceRecords } from './workspace-records/sqlite';

export interface EmbeddedOptions {
  /** Consumer groups of the broker: they exist before the first event. */
  readonly groups: readonly string[];
  readonly now?: () => number;
  readonly lifetimes?: LifetimeOptions;
  /** Bytes that the contexts of a workspace may take together; 0 = any. */
  readonly contextsMaxBytes?: (workspaceId: string) => number;
  /** Absent: nothing is hidden, nothing sealed. */
  readonly secrets?: MaskOptions;
  readonly keepLog?: number;
  /** Characters of one event. */
  readonly eventMaxLength?: number;
  /** Work that one search of the history may take. */
  readonly searchTimeoutMs?: number;
  /** How long the trace of an ended run is kept; absent = for ever. */
  readonly keepTracesMs?: number;
  readonly database?: DatabaseOptions;
  /** `source.host` of what runs emit. */
  readonly host?: EventSource['host'];
}

export interface EmbeddedStores {
  readonly db: SqliteDatabase;
  readonly flushes: FlushStore;
  readonly traces: TraceStore;
  readonly runNotes: RunNotes;
  readonly configWrites: ConfigWrites;
  readonly runIndex: RunIndex;
  readonly contexts: SqliteContextStore;
  readonly waits: WaitStore;
  readonly broker: Broker;
  readonly history: EventHistory;
  readonly feed: EventFeed;
  readonly releases: ReleaseStore;
  readonly secretWorkspaces: SecretWorkspaces;
  readonly idempotency: IdempotencyStore;
  readonly blobs: BlobStore;
  readonly topics: TopicStore;
  readonly access: PermissionStore;
  readonly secrets: SecretStore;
  readonly records: WorkspaceRecords;
  readonly apps: AppStore;
  readonly files: FileRecords;
  /** Removes what has expired; call it every minute or so. */
  sweep(): Promise<void>;
  /** Stops consumers after what is in hand, then commits what is queued. */
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** Looking at every blob is work, and nothing presses. */
const SWEEP_BLOBS_EVERY_MS = 3_600_000;

/** @param dir the data folder: `ostinato.db` and `blobs/` */
export async function openEmbeddedStores(dir: string, options: EmbeddedOptions): Promise<EmbeddedStores> {
  const { now = Date.now } = options;
  await mkdir(dir, { recursive: true });
  const db = openDatabase(join(dir, 'ostinato.db'), options.database);
  const vault = options.secrets ? createVault(options.secrets.keyring) : openVault;
  const log = eventLog(db, { claim: claims(vault) });
  const table = contextTable({
    now,
    lifetime: lifetimes(options.lifetimes),
    limitBytes: options.contextsMaxBytes,
    vault,
  });
  const waits = waitIndex(db, vault);
  const contexts = sqliteContextStore(db, table);
  const history = sqliteEventHistory(db, { searchTimeoutMs: options.searchTimeoutMs });
  const idempotency = sqliteIdempotencyStore(db, now);
  const mask = options.secrets && createMask(options.secrets);
  const broker = await sqliteBroker(db, log, {
    groups: options.groups,
    keep: options.keepLog,
    now,
    eventMaxLength: options.eventMaxLength,
  });
  const secretWorkspaces = secretWorkspaceIndex(db);
  await secretWorkspaces.searchOldReleases(vault);
  const blobs = folderBlobStore(join(dir, 'blobs'), now);
  const retention = traceRetention(db);
  const notes = noteLog(db);
  const configWrites = configWriteLog(db);
  const runIndex = sqliteRunIndex(db, now);
  let blobsSwept = 0;

  async function sweepTraces(): Promise<void> {
    const { keepTracesMs } = options;
    if (keepTracesMs === undefined) return;
    const before = now() - keepTracesMs;
    await retention.sweep(before);
    await runIndex.sweep(before);
    const oldest = retention.oldest(now());
    if (oldest === undefined || now() - blobsSwept < SWEEP_BLOBS_EVERY_MS) return;
    blobsSwept = now();
    // What a run is given is stored before its first flush, mostly just before.
    await blobs.sweep(Math.min(before, oldest) - DAY_MS);
  }

  return {
    db,
    flushes: sqliteFlushStore({
      db,
      log,
      contexts: table,
      waits,
      notes,
      configWrites,
      vault,
      ...(mask && { mask }),
      ...(options.host && { host: options.host }),
    }),
    traces: sqliteTraceStore(db, options.secrets?.keyring),
    runNotes: notes,
    configWrites,
    runIndex,
    contexts,
    waits: sqliteWaitStore(db, waits),
    broker: mask ? maskedBroker(broker, mask) : broker,
    history,
    feed: sqliteEventFeed(db, log),
    releases: sqliteReleaseStore(db, vault, secretWorkspaces),
    secretWorkspaces,
    idempotency,
    topics: sqliteTopicStore(db),
    records: sqliteWorkspaceRecords(db),
    apps: sqliteAppStore(db),
    files: sqliteFileRecords(db),
    access: sqlitePermissionStore(db),
    secrets: sqliteSecretStore(db, vault, secretWorkspaces),
    blobs,
    async sweep() {
      await contexts.sweep();
      await idempotency.sweep();
      await sweepTraces();
    },
    async close() {
      await broker.close();
      await history.close();
      await db.close();
    },
  };
}
