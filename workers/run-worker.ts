import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';
import { RUNS_TASK_QUEUE, type CallActivities, type ShortActivities } from '../shared/contracts/engine';

export interface RunWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
  readonly activities: ShortActivities & CallActivities;
  readonly bundle: WorkerOptions['workflowBundle'];
  /** Runs held in memory between their tasks: about 0.2 MB each; one that is not costs 20 ms of CPU at its next wake. */
  readonly cachedRuns: number;
  /** Workflow tasks in hand at once. */
  readonly taskSlots: number;
}

/** The worker that executes runs and their activities. One sandbox thread: the machine has few cores, and one is enough. */
export const createRunWorker = (options: RunWorkerOptions): Promise<Worker> =>
  Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: RUNS_TASK_QUEUE,
    workflowBundle: options.bundle,
    activities: options.activities,
    dataConverter: options.dataConverter,
    maxCachedWorkflows: options.cachedRuns,
    maxConcurrentWorkflowTaskExecutions: options.taskSlots,
    maxConcurrentLocalActivityExecutions: 2 * options.taskSlots,
    maxConcurrentActivityTaskExecutions: 100,
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 8 },
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 8 },
    reuseV8Context: true,
    shutdownGraceTime: '5s',
    shutdownForceTime: '15s',
  });
