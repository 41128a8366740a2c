/** Tables of `identity.db`, as ordered steps, like those of the main file: a released step is never edited. */
export const IDENTITY_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE users (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, email TEXT UNIQUE, user TEXT NOT NULL,
    credentials TEXT NOT NULL, expires_at INTEGER);
  CREATE INDEX users_expiry ON users (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE sessions (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    mfa_validated INTEGER NOT NULL, csrf_token TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX sessions_user ON sessions (user);
  CREATE INDEX sessions_expiry ON sessions (expires_at);

  -- Tokens stand here by their SHA-256.
  CREATE TABLE access_tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE, user TEXT NOT NULL,
    name TEXT NOT NULL, expires_at INTEGER NOT NULL);
  CREATE INDEX access_tokens_user ON access_tokens (user);
  CREATE TABLE one_time_tokens (
    hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, user TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX one_time_tokens_user ON one_time_tokens (user);
  CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);

  CREATE TABLE signing_keys (kid TEXT PRIMARY KEY, created_at INTEGER NOT NULL, jwk TEXT NOT NULL) WITHOUT ROWID;
  `,
  `
  -- Who is who at login providers.
  CREATE TABLE provider_accounts (
    provider TEXT NOT NULL, subject TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (provider, subject)) WITHOUT ROWID;
  CREATE INDEX provider_accounts_user ON provider_accounts (user);
  `,
];
