import {
  Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type ConnectionLike,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { defineSearchAttributeKey, type DataConverter, type SearchAttributePair } from '@temporalio/common';
import { RUNS_TASK_QUEUE, SIGNAL_EVENT, type DeliverEvent, type ProgramSetRef } from '../../contracts/engine';
import type { Release } from '../../core/automation/compiled';
import type { StartInput } from '../../core/run/types';
import type { RunEngine, RunStart } from '../../ports/run-engine';
import { reconcileSchedules } from './schedules';

export interface TemporalEngineOptions {
  readonly connection: ConnectionLike;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
  /** Start of a run that a schedule makes: frozen in the engine until the next reconciliation. */
  scheduleInput(release: Release, automation: string, cron: string): StartInput;
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
    reconcileSchedules: (workspaceId, release) =>
      reconcileSchedules(client, workspaceId, release, options.scheduleInput),
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

function startOptions({ key, input, summary }: RunStart): WorkflowStartOptions {
  return {
    workflowId: key,
    taskQueue: RUNS_TASK_QUEUE,
    args: [input, programsOf(input)],
    // The first task comes back with the answer to the start, when the worker that shares our connection has room.
    requestEagerStart: true,
    // A closed run is not run again under its key: the key is what makes redelivered events harmless.
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'FAIL',
    typedSearchAttributes: searchAttributes(input),
    memo: { depth: input.depth },
    staticSummary: summary,
    priority: { fairnessKey: input.workspaceId.slice(0, 64) },
  };
}

/** Second argument of a run: by name in history, replaced by the payload codec. */
export const programsOf = (input: StartInput): ProgramSetRef => ({
  $programs: { release: input.release, automation: input.automation },
});

const key = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');
const keys = {
  workspace: key('WorkspaceId'),
  automation: key('Automation'),
  correlation: key('CorrelationId'),
  trigger: key('Trigger'),
  app: key('AppInstance'),
  user: key('UserId'),
  release: key('Release'),
};

/** Only what is known: an attribute without a value is not sent. */
export function searchAttributes(input: StartInput): SearchAttributePair[] {
  const dot = input.automation.lastIndexOf('.');
  const pairs: SearchAttributePair[] = [
    { key: keys.workspace, value: input.workspaceId },
    { key: keys.automation, value: input.automation },
    { key: keys.trigger, value: `${input.trigger.type}:${input.trigger.value}` },
    { key: keys.release, value: input.release },
  ];
  if (input.correlationId !== undefined) pairs.push({ key: keys.correlation, value: input.correlationId });
  if (dot > 0) pairs.push({ key: keys.app, value: input.automation.slice(0, dot) });
  if (input.identity.userId !== undefined) pairs.push({ key: keys.user, value: input.identity.userId });
  return pairs;
}
