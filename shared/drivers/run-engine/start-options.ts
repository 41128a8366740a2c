import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { WorkflowStartOptions } from '@temporalio/client';
import { RUNS_TASK_QUEUE, type ProgramSetRef } from '../../contracts/engine';
import type { StartInput } from '../../core/run/types';
import type { RunStart } from '../../ports/run-engine';

/** How a run starts: what operators see of it, and the short path. */
export function startOptions({ key, input, summary }: RunStart): WorkflowStartOptions {
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
