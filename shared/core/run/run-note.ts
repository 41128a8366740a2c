/**
 * What a flush tells the list of runs: how far the run is and why it waits. Each note stands for itself: whoever has the
 * newest one of a run knows all that operators are shown of it.
 */
import type { Json } from '../json';
import type { FlushRequest } from './flush';
import type { RunPlace, WaitNote } from './wait-notes';

export type OpenStatus = 'running' | 'waiting' | 'blocked';
export type ClosedStatus = 'done' | 'failed' | 'cancelled' | 'terminated';
export type RunStatus = OpenStatus | ClosedStatus;

export const OPEN_STATUSES: readonly OpenStatus[] = ['running', 'waiting', 'blocked'];
export const RUN_STATUSES: readonly RunStatus[] = [...OPEN_STATUSES, 'done', 'failed', 'cancelled', 'terminated'];
export const isOpenStatus = (status: RunStatus): status is OpenStatus => OPEN_STATUSES.some((open) => open === status);

/** What never changes of a run. */
export interface RunFactsNote {
  readonly automation: string;
  readonly release: string;
  readonly trigger: { readonly type: string; readonly value: string; readonly id?: string };
  readonly correlationId: string;
  readonly depth: number;
  readonly userId?: string;
  readonly startedAt: number;
}

/** How far a run is after one flush: what the consumer of notes makes its row of. */
export interface RunNote {
  readonly run: string;
  readonly workspaceId: string;
  readonly engineRunId: string;
  /** First flush of a timeline only. */
  readonly start?: RunFactsNote;
  readonly status: 'running' | 'waiting' | 'done' | 'failed' | 'cancelled';
  /** The turn's own clock. */
  readonly at: number;
  readonly waits: readonly WaitNote[];
  readonly waitCount: number;
  /** What the run has answered; large ones as `fitValue` makes them. */
  readonly output?: Json;
  /** What this flush has cost at a rate limit. */
  readonly throttledMs?: number;
  readonly error?: { readonly error: string; readonly message: string; readonly at?: RunPlace };
}

/** @param throttledMs as stored with the flush */
export function toRunNote(request: FlushRequest, throttledMs = 0): RunNote {
  const { run, workspaceId, engineRunId, turns, ended, note, yields } = request;
  const at = turns.at(-1)?.now ?? 0;
  const start = factsIn(request);
  const limited = yields && throttledMs > 0 ? limiterNote(at, throttledMs) : undefined;
  const waits = ended ? [] : limited ? [limited] : (note?.waits ?? []);
  const waitCount = ended ? 0 : limited ? 1 : (note?.waitCount ?? 0);
  return {
    ...{ run, workspaceId, engineRunId, at, waits, waitCount },
    status: ended ? ended.kind : waitCount > 0 ? 'waiting' : 'running',
    ...(start && { start }),
    ...(throttledMs > 0 && { throttledMs }),
    ...(ended?.error && {
      error: {
        error: ended.error.error,
        message: ended.error.message.slice(0, 2_000),
        ...(note?.failedAt && { at: note.failedAt }),
      },
    }),
  };
}

/** What a flush answers at last; undefined when it does not. */
export function outputIn({ answer = [] }: FlushRequest): Json | undefined {
  for (const part of answer) if ('end' in part) return part.end.output;
  return undefined;
}

function factsIn({ first, turns }: FlushRequest): RunFactsNote | undefined {
  const turn = turns[0];
  const start = turn?.items.flatMap((item) => ('start' in item ? [item.start] : []))[0];
  if (!first || !turn || !start) return undefined;
  const { trigger, depth, identity, throttledMs = 0 } = start;
  return {
    ...{ automation: first.automation, release: first.release, correlationId: first.correlationId },
    ...{ trigger: { ...trigger }, depth, startedAt: turn.now - throttledMs },
    ...(identity.userId !== undefined && { userId: identity.userId }),
  };
}

const limiterNote = (at: number, throttledMs: number): WaitNote => ({
  kind: 'limiter',
  since: at,
  until: at + throttledMs,
  sentence: `waits for its turn at a rate limit until ${new Date(at + throttledMs).toISOString().slice(11, 16)}`,
});
