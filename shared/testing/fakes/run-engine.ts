import type { AnswerPart, RunKey } from '../../core/run/types';
import type { Event } from '../../core/events/event';
import type { AnswerChannel, RunEngine, RunStart } from '../../ports/run-engine';

export interface FakeRunEngine extends RunEngine {
  /** Starts that made a run, in order. */
  readonly starts: readonly RunStart[];
  readonly delivered: readonly { readonly run: RunKey; readonly waitId: string; readonly event: Event }[];
  readonly reconciled: readonly { readonly workspaceId: string; readonly release: string | null }[];
  /** Runs that take no signal any more. */
  readonly closed: Set<RunKey>;
  /** Thrown by the next calls, until it is taken away. */
  failure?: Error;
}

/**
 * Keeps what it is told. A run answers as soon as it has started, if the test says what.
 * @param run what a started run does, such as `answers.publish(...)`
 */
export function fakeRunEngine(run: (start: RunStart) => void = () => undefined): FakeRunEngine {
  const starts: RunStart[] = [];
  const delivered: { run: RunKey; waitId: string; event: Event }[] = [];
  const reconciled: { workspaceId: string; release: string | null }[] = [];
  const engine: FakeRunEngine = {
    starts,
    delivered,
    reconciled,
    closed: new Set(),
    async start(start) {
      if (engine.failure) throw engine.failure;
      if (starts.some(({ key }) => key === start.key)) return { started: false };
      starts.push(start);
      run(start);
      return { started: true };
    },
    async deliver(key, waitId, event) {
      if (engine.failure) throw engine.failure;
      if (engine.closed.has(key)) return false;
      delivered.push({ run: key, waitId, event });
      return true;
    },
    async reconcileSchedules(workspaceId, release) {
      if (engine.failure) throw engine.failure;
      reconciled.push({ workspaceId, release: release?.digest ?? null });
      const entries = Object.entries(release?.automations ?? {});
      return { launched: Object.fromEntries(entries.map(([slug, { triggers }]) => [slug, triggers.schedules.length])) };
    },
    healthy: async () => !engine.failure,
  };
  return engine;
}

/** A run that answers a moment after its start, and ends: as a flush does it, first on disk, then told. */
export const answering =
  (
    answers: AnswerChannel,
    stored: Map<RunKey, readonly AnswerPart[]>,
    partsOf: (start: RunStart) => readonly AnswerPart[],
  ) =>
  (start: RunStart): void =>
    void setImmediate(() => {
      const parts = partsOf(start);
      stored.set(start.key, parts);
      answers.publish(start.key, parts);
      answers.progress(start.key, 'ended');
    });
