import type { AnswerPart, RunKey, StartInput } from '../core/run/types';
import type { Event } from '../core/events/event';
import type { Release } from '../core/automation/compiled';

export interface RunStart {
  readonly key: RunKey;
  readonly input: StartInput;
  /** One sentence for the operator's list. */
  readonly summary: string;
}

/** Durable execution of runs. */
export interface RunEngine {
  /**
   * Durable when it returns. `started: false`: a run with this key is there already (open or closed), which is success.
   * @throws Overloaded (retryable) when the engine has no room, Internal otherwise
   */
  start(start: RunStart): Promise<{ readonly started: boolean }>;
  /** False when the run is closed or unknown. */
  deliver(run: RunKey, waitId: string, event: Event): Promise<boolean>;
  /** Makes the engine's schedules of this workspace equal to the release; null = none. Level, not edge. */
  reconcileSchedules(
    workspaceId: string,
    release: Release | null,
  ): Promise<{ readonly launched: { readonly [automation: string]: number } }>;
  /** Is the engine ready to serve? */
  healthy(): Promise<boolean>;
}

/** Where answers of runs come by, in parts. Callers subscribe before they start the run. */
export interface AnswerChannel {
  publish(run: RunKey, parts: readonly AnswerPart[]): void;
  /** Parts published from now on. */
  subscribe(run: RunKey, receive: (part: AnswerPart) => void): () => void;
  /** How far a run is, told after each of its flushes: parked (it waits), answered (its caller may go), ended. */
  progress(run: RunKey, kind: RunProgress): void;
  onProgress(run: RunKey, receive: (kind: RunProgress) => void): () => void;
}

export type RunProgress = 'parked' | 'answered' | 'ended';
