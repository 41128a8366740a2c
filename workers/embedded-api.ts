import { createServer, type Server } from 'node:http';
import { startHistoryConsumer } from '../api/events/history-consumer';
import { startRetention } from '../api/events/retention';
import type { Handlers } from '../api/http/contract';
import { createApp, type Service } from '../api/http/create-app';
import { createEventMetrics } from '../api/http/event-metrics';
import { createHealthCheck } from '../api/http/health-check';
import { contractFile } from '../api/http/openapi';
import { createMetrics } from '../api/http/metrics';
import type { Host } from '../api/http/mint-event';
import { createPublishFailures } from '../api/http/publish-failures';
import { supervisionRoutes } from '../api/http/supervision';
import { defaultHttpSettings } from '../api/http/settings';
import { referenceRoutes } from '../api/reference/reference-routes';
import { createAdmission } from '../api/runtime/admission';
import { createCheckArguments } from '../api/runtime/arguments/check-arguments';
import { createCheckedStart } from '../api/runtime/arguments/checked-start';
import { createOnDead } from '../api/runtime/dead-letters';
import { createAppDependents } from '../api/runtime/deploy/app-dependents';
import { createActiveReleases } from '../api/runtime/deploy/active-releases';
import { createWorkspaceViews } from '../api/runtime/deploy/workspace-views';
import { createCallRun } from '../api/runtime/runs/call-run';
import { createStartUnlessSuspended } from '../api/runtime/runs/refuse-suspended';
import type { StartInputs } from '../api/runtime/runs/start-input';
import { createStartWithRole } from '../api/runtime/runs/start-with-role';
import { createStartRun } from '../api/runtime/runs/start-run';
import { registerRuntimeMetrics } from '../api/runtime/runtime-metrics';
import { createRuntimeHandlers } from '../api/runtime/runtime-handlers';
import { startTriggersConsumer } from '../api/runtime/triggers-consumer';
import { startWaitsConsumer } from '../api/runtime/waits-consumer';
import type { IdentityStores } from '../shared/drivers/identity-stores/sqlite';
import { executeRulesOfKeys, storedApiKeys } from '../shared/drivers/permissions/api-keys';
import { boundExecution } from '../shared/drivers/permissions/bound-execution';
import { anyOfKeys, roleKeys } from '../shared/drivers/permissions/role-keys';
import { rulesPermissions } from '../shared/drivers/permissions/rules';
import { securityDocuments } from '../shared/drivers/permissions/security-documents';
import type { Roles } from '../shared/ports/access';
import type { RunTokens } from '../shared/ports/identity/authenticator';
import type { Log } from '../shared/ports/log';
import type { RunEngine } from '../shared/ports/run-engine';
import type { RunOperations } from '../shared/ports/run-operations';
import type { Config } from './config';
import { createEmbeddedEvents } from './embedded-events';
import { createEmbeddedFiles } from './embedded-files';
import { createEmbeddedPermissions } from './embedded-permissions';
import { embeddedAuthData } from './embedded-roles';
import { createEmbeddedRuns } from './embedded-runs';
import type { Stores } from './embedded-stores';
import { createEmbeddedGateway } from './embedded-gateway';
import { createEmbeddedIdentity } from './embedded-identity';
import { createEmbeddedWorkspaces, type WorkspaceParts } from './embedded-workspaces';
import { StartupError } from './startup-error';
import type { WorkspaceSecrets } from './workspace-secrets';

export interface EmbeddedApiParts extends WorkspaceParts {
  readonly config: Config;
  readonly stores: Stores;
  readonly secrets: WorkspaceSecrets;
  readonly engine: RunEngine;
  readonly operations: RunOperations;
  /** Address of the engine's own page of a run; null where none is known. */
  readonly engineLink: (run: string, engineRunId: string) => string | null;
  readonly inputs: StartInputs;
  readonly ownerToken: string;
  /** Of runs that call this API. */
  readonly tokens: RunTokens;
  readonly roles: Roles;
  readonly identityStores: IdentityStores;
  readonly starts: { readonly eager: number; readonly queued: number };
  readonly log: Log & { setLevel(level: string): void };
  /** Key of internal calls. */
  readonly internalKey: string;
}

/** Services of the embedded default: one express application over one set of stores, and the consumers of events. */
export async function createEmbeddedApi(parts: EmbeddedApiParts) {
  const { config, stores, engine, inputs, roles, log } = parts;
  const { answers, broker, contexts, history, idempotency, rates, records, releases: store, traces, waits } = stores;
  const host: Host = { service: 'runtime', replica: `${process.pid}` };
  const releases = createActiveReleases(store);
  await releases.load();
  const views = createWorkspaceViews(releases);
  const authorizationsOf = securityDocuments((workspaceId) => views.get(workspaceId)?.files ?? null);
  const permissions = rulesPermissions({ authorizationsOf, store: stores.access });
  const keysOfRoles = roleKeys(parts.internalKey, authorizationsOf);
  const apiKeys = anyOfKeys(keysOfRoles, storedApiKeys(stores.access));
  const settings = { ...defaultHttpSettings, uploadLimitBytes: config.uploadLimitBytes };
  // A run that neither parks nor answers within its caller's patience has lost its signal, or loops: let others in.
  const holdMs = 3 * config.answerTimeoutMs;
  const admission = createAdmission({ slots: config.runsInFlight, queueLimit: config.queuedStarts, holdMs }, answers);
  const checkedStart = createCheckedStart(createStartRun({ admission, contexts, engine, inputs, rates }), {
    ...{ checkArguments: createCheckArguments(store), broker, host },
  });
  const isSuspended = (workspaceId: string): boolean => records.suspension(workspaceId) !== null;
  const startRun = createStartUnlessSuspended(
    createStartWithRole(
      checkedStart,
      roles,
      executeRulesOfKeys(stores.access, authorizationsOf),
      boundExecution(authorizationsOf, embeddedAuthData(parts.identityStores)),
    ),
    isSuspended,
  );
  const callRun = createCallRun(answers, {
    answerTimeoutMs: config.answerTimeoutMs,
    minimumKeepAliveMs: config.minimumKeepAliveMs,
  });
  const { idempotencyKeepMs, gateway: door } = config;
  const runtime = createRuntimeHandlers({
    ...{ releases, permissions, startRun, callRun, idempotency, traces },
    settings: { idempotencyKeepMs, correlationIdHeader: door.names.correlationId },
  });
  const { maximumSuccessiveCalls } = config.limits;
  const metrics = metricsOf(parts, admission);
  const eventMetrics = createEventMetrics(metrics);
  const consumed = eventMetrics.broker(broker);
  const identity = await createEmbeddedIdentity({
    ...{ config, broker, log, ownerToken: parts.ownerToken, internalKey: parts.internalKey },
    ...{ runs: parts.tokens, stores: parts.identityStores },
  });
  const events = createEmbeddedEvents({
    ...{ config, stores, roles, identity: identity.judge, permissions, apiKeys },
    ...{ workspaces: releases, host, log, metrics, eventMetrics, internalKey: parts.internalKey },
  });
  const runs = createEmbeddedRuns({
    ...{ stores, releases, permissions, startRun, host, log, metrics },
    ...{ operations: parts.operations, engineLink: parts.engineLink, reconcileEveryMs: config.reconcileRunsMs },
  });
  const dependents = createAppDependents();
  const files = createEmbeddedFiles({ config, stores, permissions, workspaces: releases, log });
  const { forgetWorkspace: forgetFiles } = files;
  const workspaces = createEmbeddedWorkspaces({
    ...parts,
    releases,
    views,
    dependents,
    permissions,
    host,
    forgetFiles,
  });
  const health = createHealthCheck({ engine: () => engine.healthy(), releases: () => releases.ready() });
  const services = servicesOf({
    ...{ runtime, identity: identity.handlers, events: events.handlers },
    ...{ workspaces: workspaces.handlers, apps: workspaces.apps, runs: runs.handlers, files: files.handlers },
    permissions: createEmbeddedPermissions({ ...parts, ...workspaces, permissions, host, users: identity.users }),
  });
  const app = createApp({
    services,
    ...{ roles, log, metrics, settings, health },
    apiKeys,
    routes: [
      ...supervisionRoutes({ ...parts, heapDumps: config.heapDumps }),
      events.route,
      ...referenceRoutes(services),
    ],
    behindGateway: door.names,
    // Set by who runs this for others; the embedded default listens on loopback.
    ...(config.identity.internalApiKey !== null && { metricsKey: config.identity.internalApiKey }),
    onFailure: createPublishFailures({ broker, log, host, workspaceExists: (id) => releases.has(id) }),
  });
  const service = createServer(app);
  // Listens nowhere: the gateway hands it requests and upgrades.
  const sockets = events.attach(service, { trustForwardedFor: true });
  const gateway = createEmbeddedGateway({ config, identity, metrics, log, service });
  const batches = { batchSize: config.events.flushAt, lingerMs: config.events.flushEveryMs };
  const onDead = (group: string) => createOnDead({ broker, log, host, group });
  return {
    releases,
    dependents,
    keysOfRoles,
    registry: views.registered,
    deploy: workspaces.deploy,
    deployments: workspaces.deployments,
    identity,
    listen: () =>
      serve(createServer(gateway.request).on('upgrade', gateway.upgrade), { sockets, events, port: config.port }),
    startConsumers: () =>
      Promise.all([
        runs.start(),
        files.startPurge(),
        workspaces.startConfigWrites(),
        startHistoryConsumer({ broker: consumed, history }, { onDead: onDead('history'), ...batches }),
        startRetention({ history, workspaces: releases, log }, config.events),
        startWaitsConsumer({ broker: consumed, waits, engine, log }, { onDead: onDead('waits') }),
        startTriggersConsumer(
          { broker: consumed, releases, startRun, isSuspended, log, host, maximumSuccessiveCalls },
          { onDead: onDead('triggers') },
        ),
      ]),
  };
}

/** Each service with the contract of its name. */
const servicesOf = (handlers: { readonly [name: string]: Handlers }): readonly Service[] =>
  Object.entries(handlers).map(([name, its]) => ({ contract: contractFile(name), handlers: its }));

function metricsOf({ stores, starts }: EmbeddedApiParts, admission: ReturnType<typeof createAdmission>) {
  const metrics = createMetrics();
  registerRuntimeMetrics(metrics, { admission, broker: stores.broker, waits: stores.waits });
  metrics.labelledGauge('ostinato_runs_started', 'Starts, by how the first task came', ['first_task'], async () => [
    { labels: { first_task: 'eager' }, value: starts.eager },
    { labels: { first_task: 'queued' }, value: starts.queued },
  ]);
  return metrics;
}

async function serve(
  server: Server,
  { sockets, events, port }: { sockets: { close(): void }; events: { close(): Promise<void> | void }; port: number },
): Promise<{ close(): Promise<void> }> {
  const listening = await listen(server, port);
  return {
    async close() {
      // Clients come back to who takes over, with the last event that they have seen.
      sockets.close();
      await events.close();
      await listening.close();
    },
  };
}

/** @throws StartupError when the port is taken */
async function listen(server: Server, port: number): Promise<{ close(): Promise<void> }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(port, error)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    /** Answers what is in hand, up to a while; idle connections go at once. */
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 3_000).unref();
      }),
  };
}

const cannotListen = (port: number, cause: Error): Error =>
  new StartupError(
    `The port ${port} cannot be opened: ${cause.message}.`,
    'End what uses it, or give this start another one with GATEWAY_PORT (0 = any free one).',
    [],
    { cause },
  );
