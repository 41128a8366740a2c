import type { RunDetail } from '../../shared/contracts/api/runs.generated';
import type { Json, JsonObject } from '../../shared/core/json';
import { fitValue } from '../../shared/core/run/fit-value';
import type { TraceRecord } from '../../shared/core/run/flush';
import type { TraceStore } from '../../shared/ports/flush-store';
import type { IndexedRun } from '../../shared/ports/run-index';
import type { EngineDetail, RunOperations } from '../../shared/ports/run-operations';
import type { HttpRequest, Reply } from '../http/contract';
import { findRun, maySeeValues } from './find-run';
import type { ListRunsDependencies } from './list-runs';
import { toRunRow, toWait } from './run-row';

export interface ShowRunDependencies extends ListRunsDependencies {
  readonly traces: Pick<TraceStore, 'readShown'>;
  readonly operations: Pick<RunOperations, 'describe'>;
  /** Address of the engine's own page of a run; null where none is known. */
  readonly engineLink: (run: string, engineRunId: string) => string | null;
}

/** A run with all that is known of it: what came in, what went out, why it waits, where the engine shows it. */
export const createShowRun = (dependencies: ShowRunDependencies) =>
  async function getRun(request: HttpRequest): Promise<Reply> {
    const { placeOf, traces, operations, engineLink, now = Date.now } = dependencies;
    const run = await findRun(dependencies, request, 'read');
    const [values, detail] = await Promise.all([maySeeValues(dependencies, request), operations.describe(run.run)]);
    const view = { placeOf, values, now: now() };
    const shown = withFailingTask(run, detail);
    const engineRunId = detail?.engineRunId ?? run.engineRunId;
    const link = engineLink(run.run, engineRunId);
    const reply: RunDetail = {
      ...(await toRunRow(shown, view)),
      ...(values && (await valuesOf(run, traces))),
      waits: await Promise.all(shown.waits.map((wait) => toWait(run.release, wait, view, detail?.calls))),
      engine: {
        workflowId: run.run,
        runId: engineRunId,
        ...(detail && { historyEvents: detail.historyEvents, historyBytes: detail.historyBytes }),
      },
      links: { ...(link !== null && { temporalUi: link }) },
    };
    return { body: reply as unknown as Json };
  };

/** The engine is asked now; the list is told of it at the next comparison. */
function withFailingTask(run: IndexedRun, detail: EngineDetail | null): IndexedRun {
  if (!detail?.failingTask || run.status === 'blocked' || run.closedAt !== undefined) return run;
  const { attempt, since, cause } = detail.failingTask;
  const blocked = { kind: 'blocked', since, sentence: `is blocked: ${cause} (attempt ${attempt})` } as const;
  return { ...run, status: 'blocked', waits: [blocked, ...run.waits], waitCount: run.waitCount + 1 };
}

async function valuesOf({ run, output }: IndexedRun, traces: ShowRunDependencies['traces']): Promise<JsonObject> {
  const input = startArgs(await traces.readShown(run));
  return {
    ...(input !== undefined && { input: fitValue(input) }),
    ...(output !== undefined && { output }),
  };
}

const startArgs = (records: readonly TraceRecord[]): Json | undefined => {
  for (const { turns } of records)
    for (const { items } of turns) for (const item of items) if ('start' in item) return item.start.args;
  return undefined;
};
