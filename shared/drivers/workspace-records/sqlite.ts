import { fail } from '../../core/errors/errors';
import type { Texts } from '../../ports/deployments';
import type {
  Audit,
  PendingSave,
  ReleaseRow,
  SaveRecord,
  Suspension,
  Version,
  WorkspaceRecords,
} from '../../ports/workspace-records';
import type { SqliteDatabase, Tx } from '../sqlite/database';

interface AuditRow {
  readonly path: string;
  readonly created_at: number | null;
  readonly created_by: string | null;
  readonly updated_at: number | null;
  readonly updated_by: string | null;
}

interface VersionRow {
  readonly version: string;
  readonly files: string;
}

export function sqliteWorkspaceRecords(db: SqliteDatabase): WorkspaceRecords {
  const suspensions = readSuspensions(db);
  const audit = (workspaceId: string, path: string): AuditRow | undefined =>
    db.get<AuditRow>('SELECT * FROM workspace_audit WHERE workspace = ? AND path = ?', [workspaceId, path]);
  return {
    begin: (save) => db.write((tx) => begin(tx, save, suspensions)),
    finish: (workspaceId) =>
      db.write((tx) => void tx.run('DELETE FROM workspace_saves WHERE workspace = ?', [workspaceId])),
    pending: async () =>
      db.all<{ save: string }>('SELECT save FROM workspace_saves').map(({ save }) => JSON.parse(save) as PendingSave),
    noteRelease: (workspaceId, row) => db.write((tx) => addRelease(tx, workspaceId, row)),
    lenient: (workspaceId) =>
      db.get<{ files: string }>('SELECT files FROM workspace_lenient WHERE workspace = ?', [workspaceId])?.files ??
      null,
    auditOf: (workspaceId) =>
      Object.fromEntries(
        db
          .all<AuditRow>('SELECT * FROM workspace_audit WHERE workspace = ?', [workspaceId])
          .map((row) => [row.path, toAudit(row)]),
      ),
    workspaceAudit: (workspaceId, path = '') => toAudit(audit(workspaceId, path)),
    releases: (workspaceId, { limit, before = Number.MAX_SAFE_INTEGER }) => ({
      rows: db
        .all<{ n: number; release: string }>(
          'SELECT n, release FROM workspace_releases WHERE workspace = ? AND n < ? ORDER BY n DESC LIMIT ?',
          [workspaceId, before, limit],
        )
        .map(({ n, release }) => ({ ...(JSON.parse(release) as ReleaseRow), n })),
      total:
        db.get<{ total: number }>('SELECT count(*) AS total FROM workspace_releases WHERE workspace = ?', [workspaceId])
          ?.total ?? 0,
    }),
    suspension: (workspaceId) => suspensions.get(workspaceId) ?? null,
    suspend: (workspaceId, suspension) => db.write((tx) => suspend(tx, workspaceId, suspension, suspensions)),
    versions: (workspaceId) =>
      db
        .all<VersionRow>('SELECT version FROM workspace_versions WHERE workspace = ? ORDER BY n DESC', [workspaceId])
        .map(({ version }) => JSON.parse(version) as Version),
    version(workspaceId, name) {
      const row = db.get<VersionRow>('SELECT version, files FROM workspace_versions WHERE workspace = ? AND name = ?', [
        workspaceId,
        name,
      ]);
      return row ? { ...(JSON.parse(row.version) as Version), files: JSON.parse(row.files) as Texts } : null;
    },
    putVersion: (workspaceId, version, files, keep) =>
      db.write((tx) => putVersion(tx, workspaceId, { version, files, keep })),
    deleteVersion: (workspaceId, name) =>
      db.write(
        (tx) =>
          tx.run('DELETE FROM workspace_versions WHERE workspace = ? AND name = ?', [workspaceId, name]).changes > 0,
      ),
    synced(workspaceId, repository) {
      const row = db.get<{ commit_id: string; files: string }>(
        'SELECT commit_id, files FROM workspace_synced WHERE workspace = ? AND repository = ?',
        [workspaceId, repository],
      );
      return row ? { commit: row.commit_id, files: JSON.parse(row.files) as Texts } : null;
    },
    putSynced: (workspaceId, repository, { commit, files }) =>
      db.write((tx) => {
        tx.run(
          `INSERT INTO workspace_synced (workspace, repository, commit_id, files) VALUES (?, ?, ?, ?)
           ON CONFLICT (workspace, repository) DO UPDATE SET commit_id = excluded.commit_id, files = excluded.files`,
          [workspaceId, repository, commit, JSON.stringify(files)],
        );
      }),
  };
}

type Suspensions = Map<string, Suspension>;

/** Asked at every start of a run: kept in memory. */
const readSuspensions = (db: SqliteDatabase): Suspensions =>
  new Map(
    db
      .all<{ workspace: string; suspension: string }>('SELECT workspace, suspension FROM workspace_suspensions')
      .map(({ workspace, suspension }) => [workspace, JSON.parse(suspension) as Suspension]),
  );

function suspend(tx: Tx, workspaceId: string, suspension: Suspension | null, known: Suspensions): void {
  tx.run('DELETE FROM workspace_suspensions WHERE workspace = ?', [workspaceId]);
  if (suspension)
    tx.run('INSERT INTO workspace_suspensions (workspace, suspension) VALUES (?, ?)', [
      workspaceId,
      JSON.stringify(suspension),
    ]);
  tx.afterCommit(() => {
    if (suspension) known.set(workspaceId, suspension);
    else known.delete(workspaceId);
  });
}

function begin(tx: Tx, save: SaveRecord, suspensions: Suspensions): void {
  const { workspaceId, changes, created, at, by, message, version, lenient, release, renamed } = save;
  tx.run('INSERT OR REPLACE INTO workspace_saves (workspace, save) VALUES (?, ?)', [
    workspaceId,
    JSON.stringify({ workspaceId, changes } satisfies PendingSave),
  ]);
  if (changes === null) return forget(tx, workspaceId, suspensions);
  tx.run('DELETE FROM workspace_lenient WHERE workspace = ?', [workspaceId]);
  if (lenient !== undefined)
    tx.run('INSERT INTO workspace_lenient (workspace, files) VALUES (?, ?)', [workspaceId, lenient]);
  for (const [path, from] of Object.entries(renamed ?? {})) moveAudit(tx, workspaceId, path, from);
  for (const [path, text] of Object.entries({ ...changes, '': '' }))
    if (text === null) tx.run('DELETE FROM workspace_audit WHERE workspace = ? AND path = ?', [workspaceId, path]);
    else noteAudit(tx, workspaceId, path, { at, by, isNew: created.includes(path) });
  if (release) {
    const row = { ...release, at, message, ...(by !== undefined && { by }), ...(version !== undefined && { version }) };
    addRelease(tx, workspaceId, row);
  }
}

function moveAudit(tx: Tx, workspaceId: string, path: string, from: string): void {
  tx.run('DELETE FROM workspace_audit WHERE workspace = ? AND path = ?', [workspaceId, path]);
  tx.run('UPDATE workspace_audit SET path = ? WHERE workspace = ? AND path = ?', [path, workspaceId, from]);
}

function noteAudit(
  tx: Tx,
  workspaceId: string,
  path: string,
  { at, by, isNew }: { readonly at: number; readonly by?: string; readonly isNew: boolean },
): void {
  const who = by ?? null;
  const [madeAt, madeBy] = isNew ? [at, who] : [null, null];
  tx.run(
    `INSERT INTO workspace_audit (workspace, path, created_at, created_by, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (workspace, path) DO UPDATE SET updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
    [workspaceId, path, madeAt, madeBy, at, who],
  );
  // Of a file that somebody removed by hand, the old maker is still known.
  if (isNew)
    tx.run('UPDATE workspace_audit SET created_at = ?, created_by = ? WHERE workspace = ? AND path = ?', [
      ...[madeAt, madeBy],
      ...[workspaceId, path],
    ]);
}

const addRelease = (tx: Tx, workspaceId: string, row: ReleaseRow): void =>
  void tx.run('INSERT INTO workspace_releases (workspace, digest, release) VALUES (?, ?, ?)', [
    workspaceId,
    row.digest,
    JSON.stringify(row),
  ]);

/** A later workspace of the same name starts with nothing. */
function forget(tx: Tx, workspaceId: string, suspensions: Suspensions): void {
  for (const table of ['audit', 'lenient', 'releases', 'versions', 'synced'])
    tx.run(`DELETE FROM workspace_${table} WHERE workspace = ?`, [workspaceId]);
  suspend(tx, workspaceId, null, suspensions);
}

function putVersion(
  tx: Tx,
  workspaceId: string,
  { version, files, keep }: { version: Version; files: Texts; keep: number },
): readonly string[] {
  const { name } = version;
  if (tx.get('SELECT 1 FROM workspace_versions WHERE workspace = ? AND name = ?', [workspaceId, name]))
    throw fail('InvalidVersionError', `There is a version ${name} already`, { version: name });
  tx.run('INSERT INTO workspace_versions (workspace, name, version, files) VALUES (?, ?, ?, ?)', [
    workspaceId,
    name,
    JSON.stringify(version),
    JSON.stringify(files),
  ]);
  const old = tx
    .all<{ name: string }>(
      'SELECT name FROM workspace_versions WHERE workspace = ? ORDER BY n DESC LIMIT -1 OFFSET ?',
      [workspaceId, keep],
    )
    .map((row) => row.name);
  for (const one of old) tx.run('DELETE FROM workspace_versions WHERE workspace = ? AND name = ?', [workspaceId, one]);
  return old;
}

const toAudit = (row: AuditRow | undefined): Audit => ({
  ...(row?.created_at != null && { createdAt: row.created_at }),
  ...(row?.created_by != null && { createdBy: row.created_by }),
  ...(row?.updated_at != null && { updatedAt: row.updated_at }),
  ...(row?.updated_by != null && { updatedBy: row.updated_by }),
});
