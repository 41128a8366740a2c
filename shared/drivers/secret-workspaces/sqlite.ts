import type { Release } from '../../core/automation/compiled';
import type { SecretWorkspaces } from '../../ports/secret-workspaces';
import type { Vault } from '../encryption/vault';
import type { Sql } from '../sqlite/connection';
import type { SqliteDatabase, Tx } from '../sqlite/database';

/** In memory for the question that every payload asks, and in a table for the next start. */
export interface SecretWorkspaceIndex extends SecretWorkspaces {
  /** In the transaction that stores the release: what its programs ask for is known before a run of it can start. */
  note(tx: Tx, release: Release): void;
  /** Releases that builds stored which noted nothing; each is looked through once. */
  searchOldReleases(vault: Vault): Promise<void>;
}

export function secretWorkspaceIndex(db: SqliteDatabase): SecretWorkspaceIndex {
  const rows = db.all<{ workspace: string }>('SELECT workspace FROM secret_workspaces');
  const known = new Set(rows.map(({ workspace }) => workspace));

  function add(tx: Tx, workspaceId: string): void {
    tx.run('INSERT INTO secret_workspaces (workspace) VALUES (?) ON CONFLICT (workspace) DO NOTHING', [workspaceId]);
    tx.afterCommit(() => known.add(workspaceId));
  }

  const note = (tx: Tx, release: Release): void => {
    if (release.secretConfig || hasSecretArguments(tx, release)) add(tx, release.workspaceId);
  };

  return {
    has: (workspaceId) => known.has(workspaceId),
    any: () => known.size > 0,
    async add(workspaceIds) {
      const fresh = workspaceIds.filter((workspaceId) => !known.has(workspaceId));
      if (fresh.length > 0) await db.write((tx) => fresh.forEach((workspaceId) => add(tx, workspaceId)));
    },
    note,
    async searchOldReleases(vault) {
      for (const { digest } of db.all<{ digest: string }>('SELECT digest FROM releases_unsearched'))
        await db.write((tx) => {
          const row = tx.get<{ release: string }>('SELECT release FROM releases WHERE digest = ?', [digest]);
          if (row) note(tx, JSON.parse(vault.open(row.release)) as Release);
          tx.run('DELETE FROM releases_unsearched WHERE digest = ?', [digest]);
        });
    },
  };
}

/** Of its own automations, and of those of its apps. Programs are stored before the release that names them. */
function hasSecretArguments(sql: Sql, { automations }: Release): boolean {
  const digests = [...new Set(Object.values(automations).map(({ program }) => program))];
  const found = sql.get(
    `SELECT 1 FROM programs WHERE digest IN (SELECT value FROM json_each(?))
     AND json_type(program, '$.secretArguments') IS NOT NULL LIMIT 1`,
    [JSON.stringify(digests)],
  );
  return found !== undefined;
}
