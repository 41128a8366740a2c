import {
  Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type ConnectionLike,
} from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { SIGNAL_EVENT, type DeliverEvent } from '../../contracts/engine';
import type { RunEngine } from '../../ports/run-engine';
import { reconcileSchedules, type ScheduleParts } from './schedules';
import { startOptions } from './start-options';

export interface TemporalEngineOptions extends ScheduleParts {
  readonly connection: ConnectionLike;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
  /** Counts starts whose first task came back with the answer to the start (the short path). */
  onStarted?(eager: boolean): void;
}

/** Runs as Temporal workflows: type = slug of the automation, id = run key. */
export function temporalEngine(options: TemporalEngineOptions): RunEngine & { readonly client: Client } {
  const { connection, namespace, dataConverter } = options;
  const client = new Client({ connection, namespace, dataConverter });
  return {
    client,
    async start({ key, input, summary }) {
      try {
        const handle = await client.workflow.start(input.automation, startOptions({ key, input, summary }));
        options.onStarted?.(handle.eagerlyStarted);
        return { started: true };
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return { started: false };
        throw error;
      }
    },
    async deliver(run, waitId, event) {
      try {
        await client.workflow.getHandle(run).signal<[DeliverEvent]>(SIGNAL_EVENT, { waitId, event });
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
    reconcileSchedules: (workspaceId, release) => reconcileSchedules(client, workspaceId, release, options),
    async healthy() {
      try {
        await connection.withDeadline(Date.now() + 2_000, () =>
          connection.workflowService.describeNamespace({ namespace }),
        );
        return true;
      } catch {
        return false;
      }
    },
  };
}
