import type { SecretStore, StoredSecret } from '../../ports/secret-store';
import type { SecretWorkspaces } from '../../ports/secret-workspaces';
import type { Vault } from '../encryption/vault';
import type { SqliteDatabase } from '../sqlite/database';

interface Row {
  readonly workspace: string;
  readonly name: string;
  readonly secret: string;
}

/** One row a secret, sealed with all that is said of it. */
export function sqliteSecretStore(
  db: SqliteDatabase,
  vault: Vault,
  secretWorkspaces?: Pick<SecretWorkspaces, 'add'>,
): SecretStore {
  const known = new Map<string, Map<string, StoredSecret>>();
  let version = 0;
  const note = (workspaceId: string, changes: { readonly [name: string]: StoredSecret | null }): void => {
    version++;
    const secrets = known.get(workspaceId) ?? new Map<string, StoredSecret>();
    known.set(workspaceId, secrets);
    for (const [name, secret] of Object.entries(changes))
      if (secret) secrets.set(name, secret);
      else secrets.delete(name);
    if (secrets.size === 0) known.delete(workspaceId);
  };
  for (const { workspace, name, secret } of db.all<Row>('SELECT workspace, name, secret FROM workspace_secrets'))
    note(workspace, { [name]: JSON.parse(vault.open(secret)) as StoredSecret });
  return {
    workspaces: () => [...known.keys()],
    list: (workspaceId) => [...(known.get(workspaceId)?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
    version: () => version,
    async change(workspaceId, changes) {
      // Before any run can be given one.
      await secretWorkspaces?.add([workspaceId]);
      await db.write((tx) => {
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
      });
    },
  };
}
