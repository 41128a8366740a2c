import type { Digest } from '../core/json';
import type { FileChanges, Texts } from './deployments';

/** Who made something, and who changed it last. Times in ms since epoch. */
export interface Audit {
  readonly createdAt?: number;
  readonly createdBy?: string;
  readonly updatedAt?: number;
  readonly updatedBy?: string;
}

/** A save that counts, and whose files may not all be written yet. */
export interface PendingSave {
  readonly workspaceId: string;
  /** Null: the workspace goes. */
  readonly changes: FileChanges | null;
}

export interface SaveRecord extends PendingSave {
  /** Paths that were not there before; '' = the workspace itself. Who saves what others have made has not made it. */
  readonly created: readonly string[];
  /** New path -> old path: who made the file and when is what it was. */
  readonly renamed?: { readonly [path: string]: string };
  readonly at: number;
  readonly by?: string;
  readonly message: string;
  readonly version?: string;
  /** Digest of all files after the save, where they are served although they have errors. */
  readonly lenient?: Digest;
  readonly release?: { readonly digest: Digest; readonly automations: number };
}

export interface ReleaseRow {
  readonly digest: Digest;
  readonly version?: string;
  readonly by?: string;
  readonly at: number;
  readonly message: string;
  readonly automations: number;
}

export interface Version {
  readonly name: string;
  readonly createdAt: number;
  readonly createdBy?: string;
  readonly description: string;
  /** Kept there instead of here. */
  readonly repository?: { readonly id: string; readonly commit: string };
  readonly release?: Digest;
}

export interface Suspension {
  readonly at: number;
  readonly by?: string;
  readonly reason?: string;
}

/** What was the same on both sides when a repository and a workspace last met. */
export interface Synced {
  readonly commit: string;
  readonly files: Texts;
}

/** What is known of workspaces besides their files. */
export interface WorkspaceRecords {
  /** The point from which a save counts: journal, audit and list of releases in one step. */
  begin(save: SaveRecord): Promise<void>;
  /** Its files are written. */
  finish(workspaceId: string): Promise<void>;
  pending(): Promise<readonly PendingSave[]>;
  /** A release that files brought which nobody saved over HTTP. */
  noteRelease(workspaceId: string, row: ReleaseRow): Promise<void>;
  /** Digest of the files that are served although they have errors; null = none are. */
  lenient(workspaceId: string): Digest | null;
  /** Of the workspace itself under '', of its files under their paths. */
  auditOf(workspaceId: string): { readonly [path: string]: Audit };
  /** Of one file; without a path, of the workspace itself. */
  workspaceAudit(workspaceId: string, path?: string): Audit;
  /** Newest first. `before` = `n` of the last row that is known. */
  releases(
    workspaceId: string,
    page: { readonly limit: number; readonly before?: number },
  ): { readonly rows: readonly (ReleaseRow & { readonly n: number })[]; readonly total: number };
  suspension(workspaceId: string): Suspension | null;
  suspend(workspaceId: string, suspension: Suspension | null): Promise<void>;
  /** Newest first. */
  versions(workspaceId: string): readonly Version[];
  version(workspaceId: string, name: string): (Version & { readonly files: Texts }) | null;
  /** Removes the oldest beyond `keep`. @throws InvalidVersionError when the name is taken */
  putVersion(workspaceId: string, version: Version, files: Texts, keep: number): Promise<readonly string[]>;
  deleteVersion(workspaceId: string, name: string): Promise<boolean>;
  synced(workspaceId: string, repository: string): Synced | null;
  putSynced(workspaceId: string, repository: string, synced: Synced): Promise<void>;
}
