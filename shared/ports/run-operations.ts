import type { RunFactsNote } from '../core/run/run-note';
import type { RunKey } from '../core/run/types';

export type EngineStatus = 'running' | 'done' | 'failed' | 'cancelled' | 'terminated';

/** A run as the engine lists it. */
export interface EngineRun {
  readonly run: RunKey;
  readonly workspaceId: string;
  readonly engineRunId: string;
  readonly status: EngineStatus;
  readonly closedAt?: number;
  readonly facts: RunFactsNote;
}

/** One run as the engine knows it now. */
export interface EngineDetail extends EngineRun {
  readonly historyEvents: number;
  readonly historyBytes: number;
  /** Outside calls under way, by the id of their command. */
  readonly calls: { readonly [commandId: string]: EngineCall };
  /** Set when the run's own task fails again and again. */
  readonly failingTask?: { readonly attempt: number; readonly since: number; readonly cause: string };
}

export interface EngineCall {
  readonly attempt: number;
  readonly nextAttemptAt?: number;
  readonly lastError?: string;
}

/** What operators do to runs, and what they compare lists with. */
export interface RunOperations {
  /** False when the run is closed or unknown. The run itself ends in order: it closes its waits and answers its caller. */
  cancel(run: RunKey, reason: string): Promise<boolean>;
  /** Ends it at once, without asking it. False when it is closed or unknown. */
  terminate(run: RunKey, reason: string): Promise<boolean>;
  /** Null when the engine knows it no more. */
  describe(run: RunKey): Promise<EngineDetail | null>;
  /** Every open run. May be a moment behind. */
  listOpen(): AsyncIterable<EngineRun>;
  listClosed(since: number): AsyncIterable<EngineRun>;
  /** Open runs whose own task fails again and again; empty where the engine cannot tell. */
  listFailing(): AsyncIterable<RunKey>;
}
