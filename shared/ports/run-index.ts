import type { Json } from '../core/json';
import type { ClosedStatus, OpenStatus, RunFactsNote, RunNote, RunStatus } from '../core/run/run-note';
import type { RunKey } from '../core/run/types';
import type { RunPlace, WaitNote } from '../core/run/wait-notes';

/** Notes of flushes in the order of their commits: the topic that the index is filled from. */
export interface RunNotes {
  /** The oldest that are not acknowledged. */
  read(limit: number): Promise<readonly PositionedNote[]>;
  /** All up to this one. Call when what was made of them is stored. */
  acknowledge(position: number): Promise<void>;
  /** Calls back after commits that have left a note. */
  onAppended(wake: () => void): () => void;
  pending(): Promise<number>;
}

export interface PositionedNote {
  readonly position: number;
  readonly note: RunNote;
}

/**
 * The list of runs: a projection that can be behind, and is mended from the engine's own list. Nothing that decides how a
 * run goes on reads it.
 */
export interface RunIndex {
  /** Idempotent, and deaf to notes older than what it knows of the run. */
  apply(notes: readonly PositionedNote[]): Promise<void>;
  /**
   * What the engine says of runs that the notes do not tell: started and not flushed yet, terminated, reset.
   * @returns how many were in fact different
   */
  correct(corrections: readonly RunCorrection[]): Promise<number>;
  get(workspaceId: string, run: RunKey): Promise<IndexedRun | null>;
  list(workspaceId: string, query: RunQuery): Promise<RunPage>;
  /** What the reconciliation compares. Unknown runs are left out. */
  states(runs: readonly RunKey[]): Promise<ReadonlyMap<RunKey, RunState>>;
  /** Open runs in order of id, for the reconciliation. */
  open(after: RunKey | null, limit: number): Promise<readonly (RunState & { readonly run: RunKey })[]>;
  /** By workspace and status, for metrics. */
  counts(): Promise<readonly { readonly workspaceId: string; readonly status: RunStatus; readonly runs: number }[]>;
  /** Forgets closed runs. @returns how many */
  sweep(closedBefore: number): Promise<number>;
}

export interface IndexedRun extends RunFactsNote {
  readonly run: RunKey;
  readonly workspaceId: string;
  readonly engineRunId: string;
  readonly status: RunStatus;
  readonly closedAt?: number;
  readonly throttledMs: number;
  /** The oldest first. */
  readonly waits: readonly WaitNote[];
  readonly waitCount: number;
  readonly error?: { readonly error: string; readonly message: string; readonly at?: RunPlace };
  /** What it answered; large ones as `{ref, bytes, preview}`. */
  readonly output?: Json;
}

export interface RunState {
  readonly status: RunStatus;
  readonly engineRunId: string;
  /** When the index last heard of it. */
  readonly heardAt: number;
  readonly waitCount: number;
}

export interface RunCorrection {
  readonly run: RunKey;
  readonly workspaceId: string;
  readonly engineRunId: string;
  readonly status: OpenStatus | ClosedStatus;
  readonly closedAt?: number;
  readonly error?: { readonly error: string; readonly message: string };
  /** Why the engine does not get on with it. */
  readonly blocked?: WaitNote;
  /** Only while the index has heard nothing since; absent = in any case. */
  readonly heardAt?: number;
  /** For one that the index does not know; absent: it is passed over then. */
  readonly facts?: RunFactsNote;
}

export type RunSort = 'started' | 'waiting' | 'duration';

/** Each filter must hold; of several values of one, any. */
export interface RunQuery {
  readonly status?: readonly RunStatus[];
  readonly automation?: readonly string[];
  /** `<type>:<value>`, or a type alone. */
  readonly trigger?: string;
  readonly correlationId?: string;
  readonly userId?: string;
  readonly release?: string;
  /** Name of the error that it failed with. */
  readonly error?: string;
  /** An event's type, the host of a call, or a kind of wait. */
  readonly waitsFor?: string;
  readonly startedFrom?: number;
  readonly startedTo?: number;
  /** Waiting since before. */
  readonly waitingBefore?: number;
  /** `started`: newest first. `waiting`: only who waits, the longest first. `duration`: only closed ones, the longest first. */
  readonly sort: RunSort;
  readonly limit: number;
  readonly after?: RunPlaceInList;
}

/** Where a page ended: the sort's value, then the id. */
export type RunPlaceInList = readonly [value: number, run: RunKey];

export interface RunPage {
  readonly runs: readonly IndexedRun[];
  /** Absent on the last page. */
  readonly next?: RunPlaceInList;
  /** Of the first page only: how many there are, counted up to `MOST_COUNTED`. */
  readonly total?: { readonly value: number; readonly relation: 'eq' | 'gte' };
}

export const MOST_COUNTED = 1_000;
