import type { Action } from '../core/permissions/actions';
import type { Rule } from '../core/permissions/rule';

/** Everybody, known or not. */
export const PUBLIC = '*';
/** Before the name of a role that something is shared with. */
export const ROLE_TARGET = 'role:';

/** What a workspace is shared as with one target. */
export interface Grant {
  /** User id, `*`, or `role:<name>`. */
  readonly target: string;
  readonly role?: string;
  /** Actions on the workspace. */
  readonly policies: readonly Action[];
  readonly at: number;
  readonly by?: string;
}

/** Known by its hash only: the key itself is shown once and kept nowhere. */
export interface ApiKey {
  readonly id: string;
  readonly hash: string;
  /** Its first letters, by which people know it again. */
  readonly hint: string;
  readonly name: string;
  /** As they were written. */
  readonly source: string;
  readonly rules: readonly Rule[];
  readonly disabled?: true;
  readonly at: number;
  readonly by?: string;
}

/**
 * Whom workspaces are shared with, and their API keys. Reading costs no disk; what a change has answered is read at once.
 */
export interface PermissionStore {
  /** Grows with each change of the workspace. */
  version(workspaceId: string): number;
  /** By target, sorted. */
  grants(workspaceId: string): readonly Grant[];
  grantOf(workspaceId: string, target: string): Grant | undefined;
  /** Replaces what the target had. @throws StorageUnavailable (retryable) */
  share(workspaceId: string, grant: Grant): Promise<void>;
  /** False: there was none. */
  unshare(workspaceId: string, target: string): Promise<boolean>;
  /** By name, sorted. */
  apiKeys(workspaceId: string): readonly ApiKey[];
  apiKeyByHash(workspaceId: string, hash: string): ApiKey | undefined;
  apiKeyById(workspaceId: string, id: string): ApiKey | undefined;
  /** Replaces the one with its id. */
  putApiKey(workspaceId: string, key: ApiKey): Promise<void>;
  removeApiKey(workspaceId: string, id: string): Promise<boolean>;
  /** The workspace has gone: a later one of its name starts with nothing. */
  forget(workspaceId: string): Promise<void>;
}
