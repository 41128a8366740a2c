export interface StoredSecret {
  readonly name: string;
  readonly value: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly createdBy?: string;
  readonly updatedAt: number;
  readonly updatedBy?: string;
}

/** Secrets of workspaces that were saved over HTTP, encrypted where they rest. Reading costs no disk. */
export interface SecretStore {
  /** Those that have any. */
  workspaces(): readonly string[];
  /** By name, sorted. */
  list(workspaceId: string): readonly StoredSecret[];
  /** Grows with each change of any workspace. */
  version(): number;
  /** Null removes one. All or nothing. @throws StorageUnavailable (retryable) */
  change(workspaceId: string, secrets: { readonly [name: string]: StoredSecret | null }): Promise<void>;
}
