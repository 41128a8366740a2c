/**
 * Makes the list of runs equal to the engine's. Level, not edge: each pass compares what is there, whatever happened
 * before. Three things are told by the engine alone: a run that has started and not flushed yet, one that somebody has
 * terminated, and one that a reset has opened again.
 */
import { isOpenStatus } from '../../shared/core/run/run-note';
import type { RunKey } from '../../shared/core/run/types';
import type { Log } from '../../shared/ports/log';
import type { RunCorrection, RunIndex, RunState } from '../../shared/ports/run-index';
import type { EngineDetail, EngineRun, RunOperations } from '../../shared/ports/run-operations';
import type { WaitStore } from '../../shared/ports/wait-store';

export interface ReconcileDependencies {
  readonly index: RunIndex;
  readonly operations: RunOperations;
  readonly waits: Pick<WaitStore, 'forget'>;
  readonly log: Log;
  readonly now?: () => number;
}

export interface ReconcileOptions {
  readonly everyMs?: number;
  /** Younger differences are left to the notes that are on their way, and to the engine's list, which lags behind. */
  readonly graceMs?: number;
  /** How far back the first pass looks for runs that have ended. */
  readonly lookBackMs?: number;
}

const PAGE = 500;
const DAY_MS = 86_400_000;
/** The engine's list of closed runs may be so late. */
const OVERLAP_MS = 5 * 60_000;

type OpenRun = RunState & { readonly run: RunKey };

/** @returns how many entries were mended */
export type ReconcileRuns = () => Promise<number>;

export function createReconcileRuns(
  { index, operations, waits, log, now = Date.now }: ReconcileDependencies,
  { graceMs = 10_000, lookBackMs = DAY_MS }: ReconcileOptions = {},
): ReconcileRuns {
  let closedSince = now() - lookBackMs;

  return async () => {
    const began = now();
    const settled = (heardAt: number) => heardAt <= began - graceMs;
    const seen = new Set<RunKey>();
    let mended = 0;
    const correct = async (corrections: readonly RunCorrection[]): Promise<void> => {
      if (corrections.length === 0) return;
      mended += await index.correct(corrections);
      for (const { run, status } of corrections) if (status === 'terminated') await waits.forget(run);
    };

    /** What the engine has listed, against what the index holds. */
    const compare = async (page: readonly EngineRun[]): Promise<void> => {
      const known = await index.states(page.map(({ run }) => run));
      const corrections: RunCorrection[] = [];
      for (const listed of page) {
        const state = known.get(listed.run);
        if (!differs(listed, state)) continue;
        if (!settled(state?.heardAt ?? listed.closedAt ?? listed.facts.startedAt)) continue;
        // The list is late, the description is not.
        const detail = await operations.describe(listed.run);
        const correction = correctionTo(detail ?? listed, state);
        if (correction) corrections.push(correction);
      }
      await correct(corrections);
    };

    for await (const page of pages(operations.listOpen())) {
      for (const { run } of page) seen.add(run);
      await compare(page);
    }
    for await (const page of pages(operations.listClosed(closedSince))) {
      await compare(page.filter(({ run }) => !seen.has(run)));
      for (const { run } of page) seen.add(run);
    }
    const failing = new Set<RunKey>();
    for await (const run of operations.listFailing()) failing.add(run);
    for (let after: RunKey | null = null; ;) {
      const page: readonly OpenRun[] = await index.open(after, PAGE);
      const corrections: RunCorrection[] = [];
      for (const state of page) {
        // Open in the index, and the engine has listed nothing of the kind.
        const isLost = !seen.has(state.run) && settled(state.heardAt);
        const lost = isLost ? lostOrClosed(state, await operations.describe(state.run), now()) : [];
        corrections.push(...lost);
        if (lost.length === 0 && state.status === 'blocked' && !failing.has(state.run)) corrections.push(freed(state));
      }
      await correct(corrections);
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      after = last.run;
    }
    await correct(await blocked({ index, operations }, [...failing]));
    closedSince = began - OVERLAP_MS;
    if (mended > 0) log.warn({ mended }, 'the list of runs was not that of the engine; mended');
    return mended;
  };
}

function differs({ status, engineRunId }: EngineRun, state: RunState | undefined): boolean {
  if (!state) return true;
  if (status === 'running') return !isOpenStatus(state.status) || state.engineRunId !== engineRunId;
  return state.status !== status;
}

function correctionTo(listed: EngineRun, state: RunState | undefined): RunCorrection | undefined {
  const { run, workspaceId, engineRunId, status, closedAt, facts } = listed;
  if (!differs(listed, state) || workspaceId === '') return undefined;
  const open = state && isOpenStatus(state.status);
  return {
    ...{ run, workspaceId, engineRunId, facts },
    // An open run that goes on under another id of the engine waits for what it has waited for.
    status: status === 'running' && open ? state.status : status,
    ...(closedAt !== undefined && { closedAt }),
    ...(state && { heardAt: state.heardAt }),
    ...(status === 'failed' && { error: { error: 'RunFailed', message: 'The engine ended the run' } }),
  };
}

function lostOrClosed(state: OpenRun, detail: EngineDetail | null, now: number): RunCorrection[] {
  if (detail) return [correctionTo(detail, state)].filter((one) => one !== undefined);
  return [
    {
      ...corrected(state),
      status: 'terminated',
      closedAt: now,
      error: { error: 'RunLost', message: 'The engine knows nothing of this run any more' },
    },
  ];
}

/** Its own task fails no more. */
const freed = (state: OpenRun): RunCorrection => ({
  ...corrected(state),
  status: state.waitCount > 0 ? 'waiting' : 'running',
});

const corrected = ({ run, engineRunId, heardAt }: OpenRun) => ({
  ...{ run, engineRunId, heardAt },
  workspaceId: run.slice(0, run.indexOf('/')),
});

/** Runs whose own task fails. */
async function blocked(
  { index, operations }: Pick<ReconcileDependencies, 'index' | 'operations'>,
  failing: readonly RunKey[],
): Promise<RunCorrection[]> {
  const corrections: RunCorrection[] = [];
  const known = await index.states(failing);
  for (const run of failing) {
    const [state, detail] = [known.get(run), await operations.describe(run)];
    if (!state || !isOpenStatus(state.status) || !detail?.failingTask || state.status === 'blocked') continue;
    const { attempt, since, cause } = detail.failingTask;
    const sentence = `is blocked: ${cause} (attempt ${attempt})`;
    const { workspaceId, engineRunId } = detail;
    const wait = { kind: 'blocked', since, sentence } as const;
    corrections.push({ run, workspaceId, engineRunId, status: 'blocked', blocked: wait, heardAt: state.heardAt });
  }
  return corrections;
}

async function* pages(listed: AsyncIterable<EngineRun>): AsyncGenerator<EngineRun[]> {
  let page: EngineRun[] = [];
  for await (const one of listed) {
    page.push(one);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** A pass at once, then one a minute; a pass that takes long makes the pause longer, so that it never takes more than a tenth of the time. */
export function startReconcilingRuns(
  dependencies: ReconcileDependencies,
  { everyMs = 60_000, ...options }: ReconcileOptions = {},
): { stop(): Promise<void> } {
  const reconcile = createReconcileRuns(dependencies, options);
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  let stopped = false;
  const pass = async (): Promise<void> => {
    const began = performance.now();
    try {
      await reconcile();
    } catch (error) {
      // On the way out the engine's connection may be the first to go.
      if (!stopped)
        dependencies.log.error({ err: error }, 'the list of runs could not be compared with that of the engine');
    }
    if (stopped) return;
    timer = setTimeout(() => void (working = pass()), Math.max(everyMs, 10 * (performance.now() - began)));
  };
  working = pass();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await working;
    },
  };
}
