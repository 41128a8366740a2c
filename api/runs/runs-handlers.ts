import type { Handlers } from '../http/contract';
import { createActOnRun, type ActOnRunDependencies } from './act-on-run';
import { createListRuns } from './list-runs';
import { createShowRun, type ShowRunDependencies } from './show-run';
import { createShowTrace } from './show-trace';

export type RunsDependencies = Omit<ShowRunDependencies & ActOnRunDependencies, 'operations' | 'traces'> & {
  readonly operations: ShowRunDependencies['operations'] & ActOnRunDependencies['operations'];
  readonly traces: ShowRunDependencies['traces'] & ActOnRunDependencies['traces'];
};

/** Keyed by operationId of `shared/contracts/openapi/runs.yaml`. */
export const createRunsHandlers = (dependencies: RunsDependencies): Handlers => ({
  listRuns: createListRuns(dependencies),
  getRun: createShowRun(dependencies),
  getRunTrace: createShowTrace(dependencies),
  actOnRun: createActOnRun(dependencies),
});
