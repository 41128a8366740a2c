import type { Release } from '../core/automation/compiled';
import type { Diagnostic } from '../core/automation/diagnostic';
import type { Digest } from '../core/json';
import type { WorkspaceParts } from '../core/workspaces/compile-parts';

/** Path inside the workspace -> text. */
export type Texts = { readonly [path: string]: string };
/** Path inside the workspace -> its new text; null = the file goes. */
export type FileChanges = { readonly [path: string]: string | null };

/** A workspace as it was last read and compiled, in memory. */
export interface WorkspaceView {
  readonly workspaceId: string;
  readonly files: Texts;
  readonly parts: WorkspaceParts;
  readonly diagnostics: readonly Diagnostic[];
  /** In force; null when none ever was. */
  readonly release: Release | null;
}

export interface Edit {
  readonly changes: FileChanges;
  /** Of the changes: new path -> old path. It is the same file under another name, made when the old one was. */
  readonly renamed?: { readonly [path: string]: string };
  /** Refuse on any error. Else only on what leaves no document that could be run. */
  readonly strict?: boolean;
  /** User id, for the audit. */
  readonly by?: string;
  /** What the list of releases says of it. */
  readonly message: string;
  /** Name of the published version that these files are. */
  readonly version?: string;
}

export interface Change {
  /** False: the files were so already; nothing was stored. */
  readonly changed: boolean;
  /** Before; null for a new workspace. */
  readonly before: WorkspaceView | null;
  readonly after: WorkspaceView;
}

/**
 * Changes the files of workspaces and brings them into force, all or nothing: what is stored and what is served are the
 * old or the new, also after a crash in the middle. One change of a workspace at a time.
 */
export interface Deployments {
  /** Workspaces that there are, sorted. */
  list(): readonly string[];
  /** Null when there is no such workspace. What a change has answered is seen here at once. */
  view(workspaceId: string): WorkspaceView | null;
  /**
   * @param edit  told the files as they are stored, in the workspace's turn; what it throws refuses the change. Null = no change
   * @throws InvalidAutomationError with `details.diagnostics`; nothing is stored then
   */
  change(
    workspaceId: string,
    edit: (view: WorkspaceView | null) => Edit | null | Promise<Edit | null>,
  ): Promise<Change>;
  /** Files, triggers, schedules, open runs. @throws ObjectNotFoundError */
  remove(workspaceId: string, by?: string): Promise<WorkspaceView>;
  /** Makes schedules and starts follow the workspace's suspension. */
  follow(workspaceId: string): Promise<void>;
  /** The compiler alone: nothing is stored. */
  check(
    workspaceId: string,
    files: Texts,
  ): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly digest: Digest | null }>;
}

/** Open runs of a workspace that goes. */
export interface WorkspaceRuns {
  /** Asks every open run to end itself, as an operator's cancellation does. @returns how many there were */
  cancelOpen(workspaceId: string): Promise<number>;
  /** Open runs that started with this release. */
  countOpen(workspaceId: string, release: string): Promise<number>;
}

/** Writes what `WorkspaceFiles` reads. */
export interface WorkspaceFileWriter {
  /** Each file in one step and on disk when this returns. Repeating it changes nothing. */
  write(workspaceId: string, changes: FileChanges): Promise<void>;
  /** The whole workspace, whatever is in it. */
  remove(workspaceId: string): Promise<void>;
}
