import type { SecretStore, StoredSecret } from '../../ports/secret-store';
import type { Vault } from '../encryption/vault';
import type { SqliteDatabase } from '../sqlite/database';

interface Row {
  readonly workspace: string;
  readonly name: string;
  readonly secret: string;
}

interface Known {
  readonly version: number;
  readonly secrets: ReadonlyMap<string, StoredSecret>;
}

const NOTHING: Known = { version: 0, secrets: new Map() };

/** One row a secret, sealed with all that is said of it. */
export function sqliteSecretStore(db: SqliteDatabase, vault: Vault): SecretStore {
  const known = new Map<string, Known>();
  const of = (workspaceId: string): Known => known.get(workspaceId) ?? NOTHING;
  const note = (workspaceId: string, changes: { readonly [name: string]: StoredSecret | null }): void => {
    const { version, secrets } = of(workspaceId);
    const next = new Map(secrets);
    for (const [name, secret] of Object.entries(changes))
      if (secret) next.set(name, secret);
      else next.delete(name);
    known.set(workspaceId, { version: version + 1, secrets: next });
  };
  for (const { workspace, name, secret } of db.all<Row>('SELECT workspace, name, secret FROM workspace_secrets'))
    note(workspace, { [name]: JSON.parse(vault.open(secret)) as StoredSecret });
  return {
    list: (workspaceId) => [...of(workspaceId).secrets.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    version: (workspaceId) => of(workspaceId).version,
    change: (workspaceId, changes) =>
      db.write((tx) => {
        for (const [name, secret] of Object.entries(changes))
          if (secret === null)
            tx.run('DELETE FROM workspace_secrets WHERE workspace = ? AND name = ?', [workspaceId, name]);
          else
            tx.run('INSERT OR REPLACE INTO workspace_secrets (workspace, name, secret) VALUES (?, ?, ?)', [
              workspaceId,
              name,
              vault.seal(JSON.stringify(secret)),
            ]);
        tx.afterCommit(() => note(workspaceId, changes));
      }),
  };
}
