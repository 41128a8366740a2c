import { entry } from '../../core/entry';
import type { SecretStore, StoredSecret } from '../../ports/secret-store';
import type { SecretWorkspaces } from '../../ports/secret-workspaces';
import type { Vault } from '../encryption/vault';
import type { SqliteDatabase, Tx } from '../sqlite/database';

interface Row {
  readonly workspace: string;
  readonly name: string;
  readonly secret: string;
}

type Values = { readonly [name: string]: string };

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
    const secrets = entry(known, workspaceId, () => new Map<string, StoredSecret>());
    for (const [name, secret] of Object.entries(changes))
      if (secret) secrets.set(name, secret);
      else secrets.delete(name);
    if (secrets.size === 0) known.delete(workspaceId);
  };
  for (const { workspace, name, secret } of db.all<Row>('SELECT workspace, name, secret FROM workspace_secrets'))
    note(workspace, { [name]: JSON.parse(vault.open(secret)) as StoredSecret });
  const sets = new Map<string, Values[]>();
  const noteSet = (workspaceId: string, values: Values): void =>
    void sets.set(workspaceId, [...(sets.get(workspaceId) ?? []), values]);
  for (const { workspace, secrets } of db.all<{ workspace: string; secrets: string }>(
    'SELECT workspace, secrets FROM workspace_secret_sets ORDER BY workspace, version',
  ))
    noteSet(workspace, JSON.parse(vault.open(secrets)) as Values);

  /** In the transaction: of two changes at once the second builds on the first. */
  function addSet(tx: Tx, workspaceId: string): void {
    const rows = tx.all<Row>('SELECT name, secret FROM workspace_secrets WHERE workspace = ?', [workspaceId]);
    const values = Object.fromEntries(
      rows.map(({ name, secret }) => [name, (JSON.parse(vault.open(secret)) as StoredSecret).value]),
    );
    tx.run(
      `INSERT INTO workspace_secret_sets (workspace, version, secrets)
       SELECT ?, coalesce(max(version), 0) + 1, ? FROM workspace_secret_sets WHERE workspace = ?`,
      [workspaceId, vault.seal(JSON.stringify(values)), workspaceId],
    );
    tx.afterCommit(() => noteSet(workspaceId, values));
  }

  return {
    workspaces: () => [...known.keys()],
    list: (workspaceId) => [...(known.get(workspaceId)?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
    version: () => version,
    versionOf: (workspaceId) => sets.get(workspaceId)?.length ?? 0,
    valuesOf: (workspaceId, wanted) => sets.get(workspaceId)?.[wanted - 1] ?? {},
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
        addSet(tx, workspaceId);
      });
    },
  };
}
