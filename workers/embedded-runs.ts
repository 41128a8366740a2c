import type { Handlers } from '../api/http/contract';
import type { Metrics } from '../api/http/metrics';
import type { Host } from '../api/http/mint-event';
import { createPlaceOf } from '../api/runs/run-places';
import { startReconcilingRuns } from '../api/runs/reconcile-runs';
import { createRunsHandlers } from '../api/runs/runs-handlers';
import { startRunsConsumer } from '../api/runs/runs-consumer';
import type { ActiveReleases } from '../api/runtime/deploy/active-releases';
import { createStartAgain } from '../api/runtime/runs/start-again';
import type { StartRun } from '../api/runtime/runs/start-run';
import type { Permissions } from '../shared/ports/access';
import type { Log } from '../shared/ports/log';
import type { RunOperations } from '../shared/ports/run-operations';
import type { Stores } from './embedded-stores';

export interface EmbeddedRunsParts {
  readonly stores: Stores;
  readonly operations: RunOperations;
  readonly releases: ActiveReleases;
  readonly permissions: Permissions;
  readonly startRun: StartRun;
  readonly engineLink: (run: string, engineRunId: string) => string | null;
  readonly host: Host;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly reconcileEveryMs: number;
}

/** The list of runs: its routes, the consumer that fills it, and what compares it with the engine. */
export function createEmbeddedRuns(parts: EmbeddedRunsParts): {
  handlers: Handlers;
  start(): { stop(): Promise<void> };
} {
  const { stores, operations, releases, permissions, startRun, engineLink, host, log, metrics } = parts;
  const { runIndex: index, runNotes: notes, traces, waits, broker } = stores;
  metrics.labelledGauge('ostinato_runs', 'Runs in the list', ['workspace', 'status'], async () =>
    (await index.counts()).map(({ workspaceId, status, runs }) => ({
      labels: { workspace: workspaceId, status },
      value: runs,
    })),
  );
  metrics.gauge('ostinato_run_notes_pending', 'Flushes that the list of runs has not taken yet', () => notes.pending());
  return {
    handlers: createRunsHandlers({
      ...{ index, traces, waits, broker, operations, permissions, engineLink, host, workspaces: releases },
      placeOf: createPlaceOf(stores.releases),
      startAgain: createStartAgain({ releases, startRun }),
    }),
    start() {
      const consumer = startRunsConsumer({ notes, index, log });
      const comparison = startReconcilingRuns({ index, operations, waits, log }, { everyMs: parts.reconcileEveryMs });
      return {
        async stop() {
          await comparison.stop();
          await consumer.stop();
        },
      };
    },
  };
}
