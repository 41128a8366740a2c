/** Workspaces whose runs may hold secrets. One that is known once stays so: its parked runs keep what they were given. */
export interface SecretWorkspaces {
  has(workspaceId: string): boolean;
  /** Is there one at all? For what does not tell its workspace. */
  any(): boolean;
  /** Resolves when it is stored. @throws StorageUnavailable (retryable) */
  add(workspaceIds: readonly string[]): Promise<void>;
}
