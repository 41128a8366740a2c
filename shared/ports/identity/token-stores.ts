/** A user's own token for programs. The token itself is not kept: whoever reads the store cannot use it. */
export interface AccessToken {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** Milliseconds. */
  readonly expiresAt: number;
}

/** Both stores know tokens by their SHA-256 only. @throws StorageUnavailable (retryable) */
export interface AccessTokenStore {
  create(token: AccessToken, hash: string): Promise<void>;
  /** Also an expired one: its holder is told so. */
  find(hash: string): Promise<AccessToken | null>;
  findById(id: string): Promise<AccessToken | null>;
  /** Oldest first. */
  listOf(userId: string): Promise<readonly AccessToken[]>;
  /** @param idOrHash  of a token of this user @returns the deleted one, null when there was none */
  delete(userId: string, idOrHash: string): Promise<AccessToken | null>;
  deleteAllOf(userId: string): Promise<number>;
}

export type OneTimePurpose = 'validation' | 'password' | 'deletion';

/** Tokens sent by mail: each serves once. */
export interface OneTimeTokenStore {
  put(
    hash: string,
    token: { readonly purpose: OneTimePurpose; readonly userId: string; readonly expiresAt: number },
  ): Promise<void>;
  /** Uses the token up: of two at once one gets the user, the other null. */
  take(hash: string, purpose: OneTimePurpose): Promise<{ readonly userId: string } | null>;
  deleteAllOf(userId: string, purpose?: OneTimePurpose): Promise<number>;
  sweep(): Promise<number>;
}
