import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { createActivities } from '../activities/create-activities';
import { StreamSessions } from '../activities/fetch';
import type { StartInputs } from '../api/runtime/runs/start-input';
import type { Roles } from '../shared/ports/access';
import { encryptionScope } from '../shared/drivers/run-engine/encryption-scope';
import { createPayloadCodec } from '../shared/drivers/run-engine/payload-codec';
import { createPayloadEncryption } from '../shared/drivers/run-engine/payload-encryption';
import { createProgramCache } from '../shared/drivers/run-engine/program-cache';
import { temporalOperations } from '../shared/drivers/run-engine/temporal-operations';
import { temporalEngine } from '../shared/drivers/run-engine/temporal';
import type { OwnApi } from '../shared/ports/own-api';
import type { WorkspaceSecrets } from './workspace-secrets';
import { BUNDLE_PATH, makeBundle } from './bundle';
import type { Config } from './config';
import type { Stores } from './embedded-stores';
import { createRunWorker } from './run-worker';
import { acquireTemporal } from './temporal-server/acquire';
import { startDevServer } from './temporal-server/dev-server';
import { registerSearchAttributes } from './temporal-server/search-attributes';

export interface EngineServer {
  readonly address: string;
  /** Null for a cluster that others run. */
  readonly uiAddress: string | null;
  stop(): Promise<void>;
  /** Resolves when the server has gone without being asked to. */
  readonly crashed: Promise<string>;
}

/** The engine's server: the one that the settings name, else a dev server of our own. @throws StartupError */
export async function startEngineServer(config: Config, say: (line: string) => void): Promise<EngineServer> {
  const { address, port, uiPort, namespace, binary, cacheDir, searchPath } = config.temporal;
  if (address !== null) {
    say(`using the Temporal server at ${address} (TEMPORAL_ADDRESS)`);
    return { address, uiAddress: null, stop: async () => undefined, crashed: new Promise(() => undefined) };
  }
  const { path } = await acquireTemporal({ executable: binary, searchPath, cacheDir, say });
  const directory = join(config.dataDir, 'temporal');
  const server = await startDevServer({ executable: path, directory, port, uiPort, namespace, say });
  const crashed = server.exited.then(({ expected, code, signal }) =>
    expected ? new Promise<string>(() => undefined) : `exit code ${code}, signal ${signal}; its log is in ${directory}`,
  );
  return { address: server.address, uiAddress: server.uiAddress, stop: () => server.stop(), crashed };
}

/** What runs are given, and what they may ask of the API that serves them. */
export interface EngineParts {
  readonly inputs: StartInputs;
  readonly ownApi: OwnApi;
  readonly secrets: WorkspaceSecrets;
}

/** Connection, client and worker on one native connection, so that the first task of a run comes with its start. */
export async function startEngine(
  config: Config,
  server: EngineServer,
  stores: Stores & { readonly roles: Roles },
  { inputs, ownApi, secrets }: EngineParts,
) {
  const { namespace } = config.temporal;
  const { of: secretsOf, texts: textsOf } = secrets;
  const connection = await NativeConnection.connect({ address: server.address });
  if (server.uiAddress === null) await registerSearchAttributes(connection as never, namespace);
  const codec = createPayloadCodec({
    blobs: stores.blobs,
    programs: createProgramCache(stores.releases, { secretsOf, textsOf, settings: config.configSettings }),
    encryption: createPayloadEncryption(
      stores.keyring,
      encryptionScope(config.payloadEncryption, stores.secretWorkspaces),
    ),
  });
  const dataConverter = { payloadCodecs: [codec] };
  const starts = { eager: 0, queued: 0 };
  const engine = temporalEngine({
    connection,
    namespace,
    dataConverter,
    scheduleInput: inputs.schedule,
    scheduleThrottle: config.scheduleThrottle,
    onStarted: (eager) => void (eager ? starts.eager++ : starts.queued++),
  });
  const streams = new StreamSessions();
  const activities = createActivities({
    streams,
    flushes: stores.flushes,
    answers: stores.answers,
    topics: stores.topics,
    roles: stores.roles,
    fetch: { privateAddresses: config.fetchPrivateAddresses, ownApi },
    isSuspended: (workspaceId) => stores.records.suspension(workspaceId) !== null,
    rates: stores.rates,
  });
  const code = await readFile(BUNDLE_PATH, 'utf8').catch(() => makeBundle());
  const worker = await createRunWorker({
    connection,
    namespace,
    dataConverter,
    activities,
    bundle: { code },
    cachedRuns: config.cachedRuns,
    // Wakes of parked runs need slots beside those of new ones.
    taskSlots: 2 * config.runsInFlight,
  });
  const running = worker.run();
  return {
    engine,
    operations: temporalOperations(engine.client),
    starts,
    /** Rejects when the worker dies of itself. */
    running,
    /** Ends what is in hand, then the connection. */
    async stop(): Promise<void> {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      // Open ones would keep the process alive, and who reads them waits.
      streams.closeAll();
      await running.catch(() => undefined);
      await connection.close();
    },
  };
}
