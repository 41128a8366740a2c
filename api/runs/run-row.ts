import type { RunRow, Wait } from '../../shared/contracts/api/runs.generated';
import type { WaitNote } from '../../shared/core/run/wait-notes';
import { splitFullSlug } from '../../shared/core/events/app-names';
import type { IndexedRun } from '../../shared/ports/run-index';
import type { EngineCall } from '../../shared/ports/run-operations';
import type { PlaceOf } from './run-places';

/** What a reader may see of values: names and sentences without what they are compared with, or all of it. */
export interface RowView {
  readonly placeOf: PlaceOf;
  readonly values: boolean;
  readonly now: number;
}

/** A run as lists show it. */
export async function toRunRow(run: IndexedRun, view: RowView): Promise<RunRow> {
  const { startedAt, closedAt, error, waits, release } = run;
  const { instance } = splitFullSlug(run.automation);
  const [wait] = waits;
  return {
    id: run.run,
    automation: run.automation,
    ...(instance !== '' && { app: instance }),
    status: run.status,
    trigger: triggerOf(run),
    release,
    correlationId: run.correlationId,
    ...(run.userId !== undefined && { userId: run.userId }),
    depth: run.depth,
    startedAt: iso(startedAt),
    ...(closedAt !== undefined && { closedAt: iso(closedAt) }),
    durationMs: (closedAt ?? Math.max(view.now, startedAt)) - startedAt,
    throttledMs: run.throttledMs,
    ...(wait && { wait: await toWait(release, wait, view) }),
    waitCount: run.waitCount,
    ...(error && {
      error: {
        error: error.error,
        message: error.message,
        ...(error.at && (await view.placeOf(release, error.at))),
      },
    }),
  };
}

const triggerOf = ({ trigger: { type, value, id } }: IndexedRun): RunRow['trigger'] => ({
  type,
  value,
  ...(id !== undefined && { eventId: id }),
});

/** @param calls of the engine, where it was asked */
export async function toWait(
  release: string,
  wait: WaitNote,
  view: RowView,
  calls: { readonly [commandId: string]: EngineCall } = {},
): Promise<Wait> {
  const { kind, since, until, at, events, call } = wait;
  return {
    kind,
    since: iso(since),
    ...(until !== undefined && { until: iso(until) }),
    ...(at && { at: await view.placeOf(release, at) }),
    ...(events && { events: events.map((one) => shownEvent(one, view.values)) }),
    ...(call && { call: shownCall(call, calls[call.id]) }),
    sentence: view.values ? wait.sentence : withoutValues(wait),
  };
}

const shownEvent = ({ type, filters }: NonNullable<WaitNote['events']>[number], values: boolean) => ({
  type,
  ...(filters && values && { filters }),
});

const shownCall = ({ method, host }: NonNullable<WaitNote['call']>, engine: EngineCall | undefined): Wait['call'] => ({
  method,
  host,
  ...(engine && {
    attempt: engine.attempt,
    ...(engine.nextAttemptAt !== undefined && { nextAttemptAt: iso(engine.nextAttemptAt) }),
    ...(engine.lastError !== undefined && { lastError: engine.lastError }),
  }),
});

/** The sentence for those who may know that a run waits, and not for which order or person. */
function withoutValues({ kind, events = [], call, sentence }: WaitNote): string {
  if (kind === 'event') return `waits for ${events.map(({ type }) => `\`${type}\``).join(' or ')}`;
  if (kind === 'fetch' && call) return `calls ${call.method} ${call.host}`;
  return kind === 'action' ? 'asks the platform' : sentence;
}

export const iso = (at: number): string => new Date(at).toISOString();
