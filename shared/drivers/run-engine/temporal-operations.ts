import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { RunFactsNote } from '../../core/run/run-note';
import type { EngineCall, EngineDetail, EngineRun, EngineStatus, RunOperations } from '../../ports/run-operations';

/** Attempts of a run's task before it counts as failing: one lost worker is none. */
const FAILING_FROM = 3;

/** Only runs have this attribute: other workflows of the namespace are none of ours. */
const OURS = 'WorkspaceId IS NOT NULL';

export function temporalOperations(client: Client): RunOperations {
  const { workflow } = client;
  return {
    async cancel(run, reason) {
      if (!(await isOpen(client, run))) return false;
      // The SDK's handle has no place for a reason.
      await client.workflowService.requestCancelWorkflowExecution({
        namespace: client.options.namespace,
        workflowExecution: { workflowId: run },
        reason,
      });
      return true;
    },
    async terminate(run, reason) {
      try {
        await workflow.getHandle(run).terminate(reason);
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
    async describe(run) {
      try {
        const found = await workflow.getHandle(run).describe();
        return toDetail(found, found.raw);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }
    },
    listOpen: () => listed(client, `${OURS} AND ExecutionStatus = 'Running'`),
    listClosed: (since) =>
      listed(client, `${OURS} AND ExecutionStatus != 'Running' AND CloseTime >= '${new Date(since).toISOString()}'`),
    async *listFailing() {
      const query = `${OURS} AND ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL`;
      try {
        for await (const { workflowId } of workflow.list({ query })) yield workflowId;
      } catch (error) {
        // Older servers do not know the attribute, and say so by refusing the query.
        if (!isRefused(error)) throw error;
      }
    },
  };
}

async function isOpen(client: Client, run: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(run).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

const INVALID_ARGUMENT = 3;
const isRefused = (error: unknown): boolean => {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { readonly cause?: unknown }).cause)
    if ('code' in at && at.code === INVALID_ARGUMENT) return true;
  return false;
};

async function* listed(client: Client, query: string): AsyncGenerator<EngineRun> {
  for await (const info of client.workflow.list({ query, pageSize: 1_000 })) {
    // The run goes on under the same key; its successor is listed too.
    if (info.status.name !== 'CONTINUED_AS_NEW') yield toEngineRun(info);
  }
}

const STATUSES: { readonly [name: string]: EngineStatus } = {
  RUNNING: 'running',
  COMPLETED: 'done',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'failed',
  CONTINUED_AS_NEW: 'running',
};

type Described = Omit<WorkflowExecutionInfo, 'raw'>;

function toEngineRun(info: Described): EngineRun {
  const attributes: { readonly [name: string]: unknown } = Object.fromEntries(
    info.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
  );
  const text = (name: string): string => (typeof attributes[name] === 'string' ? attributes[name] : '');
  const userId = text('UserId');
  return {
    run: info.workflowId,
    workspaceId: text('WorkspaceId'),
    engineRunId: info.runId,
    status: STATUSES[info.status.name] ?? 'running',
    ...(info.closeTime && { closedAt: info.closeTime.getTime() }),
    facts: {
      automation: info.type,
      release: text('Release'),
      trigger: triggerOf(text('Trigger')),
      correlationId: text('CorrelationId'),
      depth: typeof info.memo?.['depth'] === 'number' ? info.memo['depth'] : 0,
      ...(userId !== '' && { userId }),
      startedAt: info.startTime.getTime(),
    },
  };
}

function triggerOf(text: string): RunFactsNote['trigger'] {
  const colon = text.indexOf(':');
  return colon < 0 ? { type: 'automation', value: text } : { type: text.slice(0, colon), value: text.slice(colon + 1) };
}

type Raw = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;

function toDetail(info: Described, raw: Raw): EngineDetail {
  const task = raw.pendingWorkflowTask;
  const attempt = task?.attempt ?? 0;
  return {
    ...toEngineRun(info),
    historyEvents: info.historyLength,
    historyBytes: info.historySize ?? 0,
    calls: Object.fromEntries((raw.pendingActivities ?? []).map((call) => [call.activityId ?? '', toCall(call)])),
    ...(attempt >= FAILING_FROM && {
      failingTask: {
        attempt,
        since: millis(task?.originalScheduledTime) ?? millis(task?.scheduledTime) ?? Date.now(),
        cause: 'its task fails again and again; the log of the workers says why',
      },
    }),
  };
}

function toCall({ attempt, lastFailure, scheduledTime, state }: PendingActivity): EngineCall {
  // 1 = scheduled: between two attempts. Then the time of the next one stands here.
  const next = state === 1 && (attempt ?? 1) > 1 ? millis(scheduledTime) : undefined;
  return {
    attempt: attempt ?? 1,
    ...(next !== undefined && { nextAttemptAt: next }),
    ...(lastFailure?.message && { lastError: lastFailure.message.slice(0, 500) }),
  };
}

type PendingActivity = temporal.api.workflow.v1.IPendingActivityInfo;

function millis(at: { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined) {
  return at ? Number(String(at.seconds ?? 0)) * 1_000 + Math.floor((at.nanos ?? 0) / 1e6) : undefined;
}
