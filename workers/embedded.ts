/**
 * `npm start [-- DIR]`: every service in one process, embedded stores, and a real Temporal server as a child process.
 * Serves the workspaces of DIR (default: `examples/`).
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { createRunEnv } from '../api/runtime/runs/run-env';
import { createStartInputs } from '../api/runtime/runs/start-input';
import { isPlatformError } from '../shared/core/errors/errors';
import { openIdentityStores } from '../shared/drivers/identity-stores/sqlite';
import { shortLivedTokens } from '../shared/drivers/identity/short-lived-tokens';
import { temporalWorkspaceRuns } from '../shared/drivers/run-engine/workspace-runs';
import { folderWorkspaceFiles } from '../shared/drivers/workspace-files/folder';
import { folderFileWriter } from '../shared/drivers/workspace-files/folder-writer';
import type { JsonObject } from '../shared/core/json';
import type { Log } from '../shared/ports/log';
import { readConfig, type Config } from './config';
import { lockDataDir } from './data-dir';
import { migrateDataDir } from './data-format';
import { deployFolder } from './deploy-folder';
import { createEmbeddedApi } from './embedded-api';
import { workspaceLimits } from './workspace-limits';
import { workspaceSecrets, type WorkspaceSecrets } from './workspace-secrets';
import { rateLimitsHold } from './embedded-identity';
import { startEngine, startEngineServer } from './embedded-engine';
import { embeddedRoles } from './embedded-roles';
import { openStores } from './embedded-stores';
import { weakSecrets } from './identity-config';
import { createLog } from './log';
import { ownApi, type NamedKeys } from './own-api';
import { describeLogin } from './owner-account';
import { internalKey, ownerToken } from './owner-token';
import { StartupError } from './startup-error';
import { nextFreePort } from './temporal-server/ports';

/** Parts of a stream that cost one commit together, when nothing is waited for between them. */
const PARTS_PER_TURN = 50;

/** Undone in reverse order; each step may fail without keeping the others from being undone. */
class Closing {
  private readonly steps: { readonly what: string; readonly undo: () => unknown }[] = [];

  add(what: string, undo: () => unknown): void {
    this.steps.push({ what, undo });
  }

  async run(log: Log): Promise<void> {
    for (const { what, undo } of this.steps.splice(0).reverse())
      try {
        await undo();
      } catch (error) {
        log.error({ err: error }, `${what} could not be closed`);
      }
  }
}

async function main(): Promise<void> {
  const settings = readConfig();
  // Chosen now, so that what runs are told of our address is true.
  const config = { ...settings, port: settings.port || (await nextFreePort(3001)) };
  const folder = servedFolder(process.argv[2]);
  const terminal = process.stdout.isTTY === true;
  const secrets = workspaceSecrets(config);
  const log = createLog(config.logLevel, terminal, () => secrets.all, config.appName);
  const print = terminal
    ? (line: string) => void process.stdout.write(`${line}\n`)
    : (line: string) => log.info({}, line);
  const closing = new Closing();
  let stopping: Promise<void> | undefined;
  const stop = (code: number, why: string): Promise<void> =>
    (stopping ??= (async () => {
      print(why);
      await closing.run(log);
      process.exitCode = code;
    })());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void stop(0, 'stopping; parked runs go on at the next start'));
  try {
    const { ended } = await start({ config, folder, secrets, log, print, terminal }, closing);
    ended.then((why) => stop(1, why)).catch(() => undefined);
  } catch (error) {
    await closing.run(log);
    throw error;
  }
}

interface Start {
  readonly config: Config;
  readonly folder: string;
  readonly secrets: WorkspaceSecrets;
  readonly log: Log & { setLevel(level: string): void };
  readonly print: (line: string) => void;
  readonly terminal: boolean;
}

/** Brings everything up. `ended` resolves with the reason when a part has died of itself. */
async function start(
  { config, folder, secrets, log, print, terminal }: Start,
  closing: Closing,
): Promise<{ ended: Promise<string> }> {
  refuseWeakSecrets(config);
  const lock = lockDataDir(config.dataDir);
  closing.add('the data folder', () => lock.release());
  await migrateDataDir(config.dataDir);
  forwardEngineLog(log);
  const onError = (error: unknown) => log.error({ err: error }, 'unexpected failure');
  const perWorkspace = workspaceLimits(config, secrets);
  const stores = await openStores(config, secrets, perWorkspace, onError);
  closing.add('the stores', () => stores.close());
  secrets.add(stores.secrets);
  const server = await startEngineServer(config, print);
  closing.add('the Temporal server', () => server.stop());

  const env = createRunEnv({ locale: config.locale, timeZone: config.timeZone });
  const { continueAsNewAfterEvents, ...limits } = config.limits;
  const apiUrl = config.apiUrl ?? `http://localhost:${config.port}/v2`;
  const tokens = shortLivedTokens();
  // No run starts or calls before the API is there, and only then are these known.
  let keyOfRole: NamedKeys = () => undefined;
  let registry = (): JsonObject => ({});
  const inputs = createStartInputs({
    ...{ apiUrl, env, ...config.globals },
    registry: () => registry(),
    limits: {
      ...limits,
      partsPerTurn: PARTS_PER_TURN,
      ...(continueAsNewAfterEvents !== null && { continueAsNewAfterEvents }),
    },
    limitsOf: perWorkspace.ofRuns,
  });
  const identityStores = openIdentityStores(config.dataDir);
  closing.add('the accounts', () => identityStores.close());
  const roles = embeddedRoles(config, stores, identityStores);
  const namedKey: NamedKeys = (workspaceId, name) => secrets.apiKey(workspaceId, name) ?? keyOfRole(workspaceId, name);
  const engine = await startEngine(
    config,
    server,
    { ...stores, roles },
    { inputs, secrets, ownApi: ownApi({ url: apiUrl, apiKeyHeader: config.gateway.names.apiKey }, tokens, namedKey) },
  );
  closing.add('the worker', () => engine.stop());

  const token = config.ownerToken ?? (await ownerToken(config.dataDir));
  const files = folderWorkspaceFiles(folder, { onProblem: (problem) => log.warn({ ...problem }, problem.message) });
  const api = await createEmbeddedApi({
    ...{ config, stores, secrets, engine: engine.engine, inputs, ownerToken: token, tokens, roles, identityStores },
    ...{ files, writer: folderFileWriter(folder), runs: temporalWorkspaceRuns(engine.engine.client) },
    ...{ starts: engine.starts, log },
    ...{ operations: engine.operations, engineLink: linkTo(server.uiAddress, config.temporal.namespace) },
    internalKey: config.identity.internalApiKey ?? (await internalKey(config.dataDir)),
  });
  keyOfRole = api.keysOfRoles.keyOf;
  registry = api.registry;
  closing.add('identity', () => api.identity.close());
  // A log is kept and shipped: there the token is named, not shown. The commands work either way.
  const named = config.ownerToken ? '$OSTINATO_OWNER_TOKEN' : `$(cat ${join(config.dataDir, 'owner-token')})`;
  const address = { api: `http://localhost:${config.port}`, ownerToken: terminal ? token : named };
  // Saves that a crash has stopped: their files are written before any is read.
  await api.deployments.recover();
  closing.add('the repair of saves', () => api.deployments.stop());
  const known = api.releases.list();
  const { deploy, dependents } = api;
  const stopWatching = await deployFolder({ files, deploy, dependents, known, address, print, log, colours: terminal });
  closing.add('the watch of the folder', stopWatching);
  const consumers = await api.startConsumers();
  closing.add('the consumers', () => Promise.all(consumers.map((consumer) => consumer.stop())));
  // Last: who gets an answer at all finds everything there.
  const listening = await api.listen();
  closing.add('the API', () => listening.close());
  lock.announce(address.api);

  print(`API          ${address.api}`);
  const shown = { api: address.api, dataDir: config.dataDir, showSecrets: terminal };
  for (const line of describeLogin(api.identity.owner, shown)) print(line);
  print(`Temporal UI  ${server.uiAddress ?? `of ${server.address}`}`);
  if (!rateLimitsHold(config)) print('rate limits of callers are off (DISABLE_RATE_LIMIT=false turns them on)');
  if (config.rateLimits === null) print('rate limits of runs are off (RATE_LIMIT_DISABLED=false turns them on)');
  print(`ready: serving ${folder}, state in ${config.dataDir}`);
  const ended = Promise.race([
    server.crashed.then((how) => `the Temporal server has gone (${how})`),
    engine.running.then(
      () => new Promise<string>(() => undefined),
      (error: unknown) => `the worker has died: ${String(error)}`,
    ),
  ]);
  return { ended };
}

/** The engine's page of a run. */
const linkTo = (ui: string | null, namespace: string) => (run: string, engineRunId: string) =>
  ui === null ? null : `${ui}/namespaces/${namespace}/workflows/${encodeURIComponent(run)}/${engineRunId}/history`;
/** @throws StartupError in production, where no secret may be one that others know */
function refuseWeakSecrets({ production, identity }: Config): void {
  const weak = production ? weakSecrets(identity) : [];
  if (weak.length === 0) return;
  throw new StartupError(
    `Production needs secrets of its own, of 16 characters or more: ${weak.join(', ')}.`,
    `Set ${weak.join(' and ')}; \`openssl rand -hex 32\` makes one.`,
  );
}

function servedFolder(given: string | undefined): string {
  const folder = given === undefined ? join(__dirname, '../../examples') : resolve(given);
  if (existsSync(folder)) return folder;
  throw new StartupError(`The folder ${folder} does not exist.`, 'Name a folder of workspaces: npm start -- DIR');
}

/** The SDK's own lines go through our log: one form, one level. */
function forwardEngineLog(log: Log): void {
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    const { error, ...fields } = meta ?? {};
    const line = { ...fields, ...(error !== undefined && { err: error as Error }) };
    if (level === 'ERROR') log.error(line, message);
    else if (level === 'WARN') log.warn(line, message);
    else log.debug(line, message);
  });
  // Signals are ours: the worker must outlive the API, which finishes what is in hand.
  Runtime.install({ logger, shutdownSignals: [] });
}

main().catch((error: unknown) => {
  const text =
    error instanceof StartupError
      ? error.describe()
      : isPlatformError(error)
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
