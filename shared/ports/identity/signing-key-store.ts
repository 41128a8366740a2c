import type { JsonObject } from '../../core/json';

export interface SigningKey {
  readonly kid: string;
  /** Milliseconds. */
  readonly createdAt: number;
  /** With its private part. */
  readonly jwk: JsonObject;
}

/** Keys that sign sessions. The newest signs; older ones still verify. @throws StorageUnavailable (retryable) */
export interface SigningKeyStore {
  /** Newest first. */
  list(): Promise<readonly SigningKey[]>;
  add(key: SigningKey): Promise<void>;
  delete(kid: string): Promise<void>;
}
