import type { Patch } from '../core/run/types';

/** What runs have set in a `config`, in the order of their commits: it goes into the workspace's files. */
export interface ConfigWrites {
  /** The oldest that are not acknowledged. */
  read(limit: number): Promise<readonly ConfigWrite[]>;
  /** All up to this one. Call when they are saved. */
  acknowledge(position: number): Promise<void>;
  /** Calls back after commits that have left one. */
  onAppended(wake: () => void): () => void;
}

export interface ConfigWrite {
  readonly position: number;
  readonly workspaceId: string;
  /** Full slug; empty: the workspace itself. */
  readonly instance: string;
  readonly patch: Pick<Patch, 'op' | 'path' | 'value'>;
}
