/**
 * The state while a turn is worked on: the same things as in `types.ts`, but changeable, and with pointers where the
 * state has ids. Made by `thaw`, turned back by `freeze`; never outlives a call of `advance`.
 */
import type { NodeId } from '../automation/program';
import type { Json } from '../json';
import type { Owned } from './change-value';
import type { LoadedNode, LoadedProgram } from './load-programs';
import type { FibreId, Park, Scope, ScopeId, StreamId } from './types';

export interface WorkScope {
  readonly id: ScopeId;
  readonly program: LoadedProgram;
  facts: Omit<Scope, 'locals' | 'streams'>;
  /** A copy of its own from the first write on. */
  locals: { [name: string]: Json };
  copied: boolean;
  /** Locals that stand for the answer's stream: no value stands under their names. */
  readonly streams: Set<string>;
  /** By variable: containers that this turn has made and nobody has read yet. Reading a variable gives them up. */
  readonly own: Map<string, Owned>;
}

export interface CallFrame {
  readonly k: 'call';
  readonly scope: WorkScope;
  /** The calling instruction, in the program of the frame below; null for the run's own automation. */
  readonly node: NodeId | null;
  stage: 'body' | 'drain';
  /** Set by `break` and used up before the next step, so the state never holds it. */
  broken?: 'automation' | 'all';
}
export interface ListFrame {
  readonly k: 'list';
  readonly owner: NodeId | null;
  readonly list: number;
  at: LoadedNode | null;
}
export interface RepeatFrame {
  readonly k: 'repeat';
  readonly node: LoadedNode;
  readonly items: readonly Json[] | null;
  readonly count: number;
  index: number;
  readonly stream?: StreamId;
}
export interface TryFrame {
  readonly k: 'try';
  readonly node: LoadedNode;
  stage: 'do' | 'catch';
}
export interface AllFrame {
  readonly k: 'all';
  readonly node: LoadedNode;
  /** Those that still run. */
  branches: readonly FibreId[];
}
export type WorkFrame = CallFrame | ListFrame | RepeatFrame | TryFrame | AllFrame;

export interface WorkFibre {
  readonly id: FibreId;
  readonly frames: WorkFrame[];
  /** Scope of its outermost frame: for a branch, that of its `all`. */
  readonly base: WorkScope;
  /** Scope of its innermost frame. */
  scope: WorkScope;
  park: Park | undefined;
  readonly joins: FibreId | undefined;
  detached: boolean;
  ended: boolean;
}

export const makeScope = (
  id: ScopeId,
  program: LoadedProgram,
  facts: WorkScope['facts'],
  { locals, streams }: Pick<Scope, 'locals' | 'streams'>,
): WorkScope => ({
  id,
  program,
  facts,
  locals: locals as { [name: string]: Json },
  copied: false,
  streams: new Set(streams),
  own: new Map(),
});
