/** One login. Its end ends every token that names it. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** Milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
  /** A second factor was shown, or none was needed. */
  readonly mfaValidated: boolean;
  /** A page that acts for the session has to show it. */
  readonly csrfToken: string;
}

/** @throws StorageUnavailable (retryable) */
export interface SessionStore {
  create(session: Session): Promise<void>;
  /** Null for an unknown session, and for one that has ended or expired. */
  find(id: string): Promise<Session | null>;
  validateMfa(id: string): Promise<void>;
  /** False when there was none. */
  end(id: string): Promise<boolean>;
  /** @param keep  the one session that stays @returns how many have ended */
  endAllOf(userId: string, keep?: string): Promise<number>;
  /** Removes expired ones. */
  sweep(): Promise<number>;
}
