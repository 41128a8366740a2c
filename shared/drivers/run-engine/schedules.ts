import { ScheduleAlreadyRunning, ScheduleNotFoundError, type Client, type ScheduleOptions } from '@temporalio/client';
import { RUNS_TASK_QUEUE } from '../../contracts/engine';
import { toEngineCron } from '../../core/automation/engine-cron';
import type { Release } from '../../core/automation/compiled';
import { indexTriggers } from '../../core/workspaces/trigger-index';
import { shortHash } from '../../core/hash';
import type { StartInput } from '../../core/run/types';
import { programsOf, searchAttributes } from './start-options';

export interface ScheduleParts {
  /** Start of a run that a schedule makes: frozen in the engine until the next reconciliation. */
  scheduleInput(release: Release, automation: string, cron: string): StartInput;
  /** Schedules fire no more often than this cron text; absent = once a quarter of an hour. */
  readonly scheduleThrottle?: string;
}

/** Makes the engine's schedules of one workspace equal to its release. Level, not edge: may run at any time, again and again. */
export async function reconcileSchedules(
  client: Client,
  workspaceId: string,
  release: Release | null,
  parts: ScheduleParts,
): Promise<{ launched: { [automation: string]: number } }> {
  const wanted = release ? wantedSchedules(release, parts) : new Map<string, ScheduleOptions>();
  for (const id of await existing(client, workspaceId)) if (!wanted.has(id)) await remove(client, id);
  const launched: { [automation: string]: number } = {};
  for (const [id, options] of wanted) {
    await put(client, id, options);
    const automation = options.action.workflowType as string;
    launched[automation] = (launched[automation] ?? 0) + 1;
  }
  return { launched };
}

const prefixOf = (workspaceId: string): string => `${workspaceId}/`;

function wantedSchedules(release: Release, parts: ScheduleParts): Map<string, ScheduleOptions> {
  const wanted = new Map<string, ScheduleOptions>();
  for (const { automation, cron } of indexTriggers(release).schedules) {
    const id = `${prefixOf(release.workspaceId)}${automation}/${shortHash(cron)}`;
    const engineCron = toEngineCron(cron, parts.scheduleThrottle);
    wanted.set(id, scheduleOptions(id, engineCron, parts.scheduleInput(release, automation, cron)));
  }
  return wanted;
}

function scheduleOptions(id: string, cronExpressions: string[], input: StartInput): ScheduleOptions {
  const cron = input.trigger.value;
  return {
    scheduleId: id,
    spec: { cronExpressions, timezone: 'UTC' },
    action: {
      type: 'startWorkflow',
      workflowType: input.automation,
      // The engine appends the due time: one run for each occurrence.
      workflowId: `${id.slice(0, id.lastIndexOf('/'))}/schedule-${shortHash(cron).slice(0, 8)}`,
      taskQueue: RUNS_TASK_QUEUE,
      args: [input, programsOf(input)],
      memo: { depth: input.depth },
      typedSearchAttributes: searchAttributes(input),
      staticSummary: `schedule ${cron}`,
    },
    // The engine's defaults are wrong for us: a parked run would stop all later ones, and a year would be caught up.
    policies: { overlap: 'ALLOW_ALL', catchupWindow: '1 minute' },
  };
}

async function existing(client: Client, workspaceId: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { scheduleId } of client.schedule.list())
    if (scheduleId.startsWith(prefixOf(workspaceId))) ids.push(scheduleId);
  return ids;
}

async function put(client: Client, id: string, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(id).update(({ state }) => ({ ...options, state }) as never);
  }
}

async function remove(client: Client, id: string): Promise<void> {
  try {
    await client.schedule.getHandle(id).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
