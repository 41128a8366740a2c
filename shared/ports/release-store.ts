import type { Release, SourceMap } from '../core/automation/compiled';
import type { Program } from '../core/automation/program';
import type { Digest } from '../core/json';

/** Programs, texts and releases by content digest. Written once, never changed: a run keeps its own. */
export interface ReleaseStore {
  /** Idempotent; the first program under a digest stays. @throws StorageUnavailable (retryable) */
  putProgram(digest: Digest, program: Program): Promise<void>;
  /** Null when absent: absence is an answer, not a failure. */
  getProgram(digest: Digest): Promise<Program | null>;
  putSource(digest: Digest, text: string, map: SourceMap): Promise<void>;
  getSource(digest: Digest): Promise<{ text: string; map: SourceMap } | null>;
  putRelease(release: Release): Promise<void>;
  getRelease(digest: Digest): Promise<Release | null>;
  /** The release in force; changed in one step. */
  active(): Promise<{ readonly [workspaceId: string]: Digest }>;
  activate(workspaceId: string, digest: Digest | null): Promise<void>;
}
