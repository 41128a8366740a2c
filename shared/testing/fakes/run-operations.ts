import type { RunKey } from '../../core/run/types';
import type { EngineDetail, EngineRun, RunOperations } from '../../ports/run-operations';

export interface FakeRunOperations extends RunOperations {
  /** What the engine knows. */
  readonly runs: Map<RunKey, EngineRun & Pick<EngineDetail, 'failingTask'>>;
  /** In none of its lists for now: the engine's lists lag behind. */
  readonly unlisted: Set<RunKey>;
}

export function fakeRunOperations(): FakeRunOperations {
  const runs: FakeRunOperations['runs'] = new Map();
  const unlisted: FakeRunOperations['unlisted'] = new Set();
  const end = (run: RunKey, status: EngineRun['status']): boolean => {
    const found = runs.get(run);
    if (found?.status !== 'running') return false;
    runs.set(run, { ...found, status, closedAt: 9_000 });
    return true;
  };
  const listed = () => [...runs.values()].filter(({ run }) => !unlisted.has(run));
  return {
    runs,
    unlisted,
    cancel: async (run) => end(run, 'cancelled'),
    terminate: async (run) => end(run, 'terminated'),
    async describe(run) {
      const found = runs.get(run);
      return found ? { historyEvents: 5, historyBytes: 500, calls: {}, ...found } : null;
    },
    async *listOpen() {
      yield* listed().filter(({ status }) => status === 'running');
    },
    async *listClosed(since) {
      yield* listed().filter(({ closedAt = -Infinity }) => closedAt >= since);
    },
    async *listFailing() {
      for (const { run, failingTask } of listed()) if (failingTask) yield run;
    },
  };
}
