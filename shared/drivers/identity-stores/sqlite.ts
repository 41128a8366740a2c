import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionStore } from '../../ports/identity/session-store';
import type { SigningKeyStore } from '../../ports/identity/signing-key-store';
import type { AccessTokenStore, OneTimeTokenStore } from '../../ports/identity/token-stores';
import type { UserStore } from '../../ports/identity/user-store';
import { openDatabase } from '../sqlite/database';
import { IDENTITY_MIGRATIONS } from './schema';
import { sqliteSessionStore } from './sessions';
import { sqliteSigningKeyStore } from './signing-keys';
import { sqliteAccessTokenStore, sqliteOneTimeTokenStore } from './tokens';
import { sqliteUserStore } from './users';

/** Everything that identity keeps. */
export interface IdentityStores {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly accessTokens: AccessTokenStore;
  readonly oneTimeTokens: OneTimeTokenStore;
  readonly signingKeys: SigningKeyStore;
  /** Removes what has expired; call it every minute or so. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The embedded stores of identity: a file of their own, so that a login never waits behind the flush of a run, and the
 * signing keys are in one file that only its owner may read. Several processes may have it open at once.
 * @param dir  the data folder: `identity.db`
 */
export function openIdentityStores(dir: string, now: () => number = Date.now): IdentityStores {
  mkdirSync(dir, { recursive: true });
  const db = openDatabase(join(dir, 'identity.db'), { migrations: IDENTITY_MIGRATIONS });
  const [users, sessions, oneTimeTokens] = [
    sqliteUserStore(db, now),
    sqliteSessionStore(db, now),
    sqliteOneTimeTokenStore(db, now),
  ];
  return {
    ...{ users, sessions, oneTimeTokens },
    accessTokens: sqliteAccessTokenStore(db),
    signingKeys: sqliteSigningKeyStore(db),
    async sweep() {
      await Promise.all([users.sweep(), sessions.sweep(), oneTimeTokens.sweep()]);
    },
    close: () => db.close(),
  };
}
