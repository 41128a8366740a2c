import type { Release, SourceMap } from '../../core/automation/compiled';
import type { Program } from '../../core/automation/program';
import type { Digest } from '../../core/json';
import type { ReleaseStore } from '../../ports/release-store';
import { openVault, type Vault } from '../encryption/vault';
import { secretWorkspaceIndex, type SecretWorkspaceIndex } from '../secret-workspaces/sqlite';
import type { SqliteDatabase } from '../sqlite/database';

/** A release whose config has secret fields rests sealed. */
export function sqliteReleaseStore(
  db: SqliteDatabase,
  vault: Vault = openVault,
  secretWorkspaces: Pick<SecretWorkspaceIndex, 'note'> = secretWorkspaceIndex(db),
): ReleaseStore {
  return {
    putProgram: (digest, program) =>
      db.write((tx) => {
        tx.run('INSERT INTO programs (digest, program) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING', [
          digest,
          JSON.stringify(program),
        ]);
      }),
    async getProgram(digest) {
      const row = db.get<{ program: string }>('SELECT program FROM programs WHERE digest = ?', [digest]);
      return row ? (JSON.parse(row.program) as Program) : null;
    },
    putSource: (digest, text, map) =>
      db.write((tx) => {
        tx.run('INSERT INTO sources (digest, text, map) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING', [
          digest,
          text,
          JSON.stringify(map),
        ]);
      }),
    async getSource(digest) {
      const row = db.get<{ text: string; map: string }>('SELECT text, map FROM sources WHERE digest = ?', [digest]);
      return row ? { text: row.text, map: JSON.parse(row.map) as SourceMap } : null;
    },
    putRelease: (release) =>
      db.write((tx) => {
        tx.run('INSERT INTO releases (digest, release) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING', [
          release.digest,
          release.secretConfig ? vault.seal(JSON.stringify(release)) : JSON.stringify(release),
        ]);
        secretWorkspaces.note(tx, release);
      }),
    async getRelease(digest) {
      const row = db.get<{ release: string }>('SELECT release FROM releases WHERE digest = ?', [digest]);
      return row ? (JSON.parse(vault.open(row.release)) as Release) : null;
    },
    async active() {
      const rows = db.all<{ workspace: string; digest: Digest }>('SELECT workspace, digest FROM releases_active');
      return Object.fromEntries(rows.map(({ workspace, digest }) => [workspace, digest]));
    },
    activate: (workspaceId, digest) =>
      db.write((tx) => {
        if (digest === null) tx.run('DELETE FROM releases_active WHERE workspace = ?', [workspaceId]);
        else
          tx.run(
            `INSERT INTO releases_active (workspace, digest) VALUES (?, ?)
             ON CONFLICT (workspace) DO UPDATE SET digest = excluded.digest`,
            [workspaceId, digest],
          );
      }),
  };
}
