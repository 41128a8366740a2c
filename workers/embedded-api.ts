import { createServer, type RequestListener, type Server } from 'node:http';
import { startHistoryConsumer } from '../api/events/history-consumer';
import { startRetention } from '../api/events/retention';
import { createApp } from '../api/http/create-app';
import { createHealthCheck } from '../api/http/health-check';
import { contractFile } from '../api/http/openapi';
import { createMetrics } from '../api/http/metrics';
import type { Host } from '../api/http/mint-event';
import { createPublishFailures } from '../api/http/publish-failures';
import { defaultHttpSettings } from '../api/http/settings';
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
import { localIdentity } from '../shared/drivers/identity/local';
import { executeRulesOfKeys, storedApiKeys } from '../shared/drivers/permissions/api-keys';
import { rulesPermissions } from '../shared/drivers/permissions/rules';
import { securityDocuments } from '../shared/drivers/permissions/security-documents';
import type { Identity, Roles } from '../shared/ports/access';
import type { Log } from '../shared/ports/log';
import type { RunEngine } from '../shared/ports/run-engine';
import type { Config } from './config';
import { createEmbeddedEvents } from './embedded-events';
import { createEmbeddedPermissions } from './embedded-permissions';
import type { Stores } from './embedded-stores';
import { createEmbeddedWorkspaces, type WorkspaceParts } from './embedded-workspaces';
import { toLocalUser } from './local-users';
import { StartupError } from './startup-error';
import type { WorkspaceSecrets } from './workspace-secrets';

export interface EmbeddedApiParts extends WorkspaceParts {
  readonly config: Config;
  readonly stores: Stores;
  readonly secrets: WorkspaceSecrets;
  readonly engine: RunEngine;
  readonly inputs: StartInputs;
  readonly ownerToken: string;
  /** Of runs that call this API. */
  readonly tokens: Pick<Identity, 'authenticate'>;
  readonly roles: Roles;
  readonly starts: { readonly eager: number; readonly queued: number };
  readonly log: Log;
}

/** Services of the embedded default: one express application over one set of stores, and the consumers of events. */
export async function createEmbeddedApi(parts: EmbeddedApiParts) {
  const { config, stores, engine, inputs, roles, log } = parts;
  const { answers, broker, contexts, history, idempotency, rates, records, releases: store, traces, waits } = stores;
  const host: Host = { service: 'runtime', replica: `${process.pid}` };
  const releases = createActiveReleases(store);
  await releases.load();
  const views = createWorkspaceViews(releases);
  const permissions = rulesPermissions({
    authorizationsOf: securityDocuments((workspaceId) => views.get(workspaceId)?.files ?? null),
    store: stores.access,
  });
  const settings = {
    ...defaultHttpSettings,
    overwriteCorrelationId: !config.keepCorrelationId,
    uploadLimitBytes: config.uploadLimitBytes,
  };
  // A run that neither parks nor answers within its caller's patience has lost its signal, or loops: let others in.
  const holdMs = 3 * config.answerTimeoutMs;
  const admission = createAdmission({ slots: config.runsInFlight, queueLimit: config.queuedStarts, holdMs }, answers);
  const checkedStart = createCheckedStart(createStartRun({ admission, contexts, engine, inputs, rates }), {
    ...{ checkArguments: createCheckArguments(store), broker, host },
  });
  const isSuspended = (workspaceId: string): boolean => records.suspension(workspaceId) !== null;
  const startRun = createStartUnlessSuspended(
    createStartWithRole(checkedStart, roles, executeRulesOfKeys(stores.access)),
    isSuspended,
  );
  const callRun = createCallRun(answers, {
    answerTimeoutMs: config.answerTimeoutMs,
    minimumKeepAliveMs: config.minimumKeepAliveMs,
  });
  const { idempotencyKeepMs } = config;
  const { correlationIdHeader } = settings;
  const runtime = createRuntimeHandlers({
    ...{ releases, permissions, startRun, callRun, idempotency, traces },
    settings: { idempotencyKeepMs, correlationIdHeader },
  });
  const { maximumSuccessiveCalls } = config.limits;
  const identity = localIdentity({
    ownerToken: parts.ownerToken,
    users: config.users.map(toLocalUser),
    runs: parts.tokens,
  });
  const metrics = metricsOf(parts, admission);
  const events = createEmbeddedEvents({
    ...{ config, stores, identity, roles, permissions, workspaces: releases, host, log, metrics },
  });
  const dependents = createAppDependents();
  const workspaces = createEmbeddedWorkspaces({ ...parts, releases, views, dependents, permissions, host });
  const health = createHealthCheck({ engine: () => engine.healthy(), releases: () => releases.ready() });
  const app = createApp({
    services: [
      { contract: contractFile('runtime'), handlers: runtime },
      { contract: contractFile('events'), handlers: events.handlers },
      { contract: contractFile('workspaces'), handlers: workspaces.handlers },
      {
        contract: contractFile('permissions'),
        handlers: createEmbeddedPermissions({ ...parts, ...workspaces, permissions, host }),
      },
    ],
    identity,
    roles,
    apiKeys: storedApiKeys(stores.access),
    log,
    metrics,
    settings,
    health,
    onFailure: createPublishFailures({ broker, log, host, workspaceExists: (id) => releases.has(id) }),
  });
  const batches = { batchSize: config.events.flushAt, lingerMs: config.events.flushEveryMs };
  const onDead = (group: string) => createOnDead({ broker, log, host, group });
  return {
    releases,
    dependents,
    deploy: workspaces.deploy,
    deployments: workspaces.deployments,
    listen: () => serve(app, events, { port: config.port, ...settings }),
    startConsumers: () =>
      Promise.all([
        startHistoryConsumer({ broker, history }, { onDead: onDead('history'), ...batches }),
        startRetention({ history, workspaces: releases, log }, config.events),
        startWaitsConsumer({ broker, waits, engine, log }, { onDead: onDead('waits') }),
        startTriggersConsumer(
          { broker, releases, startRun, isSuspended, log, host, maximumSuccessiveCalls },
          { onDead: onDead('triggers') },
        ),
      ]),
  };
}

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
  app: RequestListener,
  events: ReturnType<typeof createEmbeddedEvents>,
  settings: { readonly port: number; readonly trustForwardedFor: boolean },
): Promise<{ close(): Promise<void> }> {
  const server = createServer(app);
  const sockets = events.attach(server, settings);
  const listening = await listen(server, settings.port);
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
