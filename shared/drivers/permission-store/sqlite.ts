import type { ApiKey, Grant, PermissionStore } from '../../ports/permission-store';
import type { SqliteDatabase, Tx } from '../sqlite/database';

interface Row {
  readonly workspace: string;
  readonly kind: 'grant' | 'key';
  readonly id: string;
  readonly content: string;
}

/** What is known of one workspace. Replaced as a whole: a reader never sees half a change. */
interface Known {
  readonly version: number;
  readonly grants: ReadonlyMap<string, Grant>;
  readonly keys: ReadonlyMap<string, ApiKey>;
  readonly keysByHash: ReadonlyMap<string, ApiKey>;
}

const NOTHING: Known = { version: 0, grants: new Map(), keys: new Map(), keysByHash: new Map() };

/** Asked by every request, so everything is kept in memory; the file is read at the start only. */
export function sqlitePermissionStore(db: SqliteDatabase): PermissionStore {
  const known = new Map<string, Known>();
  for (const { workspace, kind, id, content } of db.all<Row>('SELECT workspace, kind, id, content FROM access'))
    known.set(workspace, withEntry(known.get(workspace) ?? NOTHING, kind, id, JSON.parse(content) as Grant & ApiKey));
  const of = (workspaceId: string): Known => known.get(workspaceId) ?? NOTHING;

  const put = (workspaceId: string, kind: Row['kind'], id: string, entry: Grant | ApiKey): Promise<void> =>
    db.write((tx) => {
      tx.run('INSERT OR REPLACE INTO access (workspace, kind, id, content) VALUES (?, ?, ?, ?)', [
        workspaceId,
        kind,
        id,
        JSON.stringify(entry),
      ]);
      tx.afterCommit(() => known.set(workspaceId, withEntry(of(workspaceId), kind, id, entry as Grant & ApiKey)));
    });
  const remove = (workspaceId: string, kind: Row['kind'], id: string): Promise<boolean> =>
    db.write((tx) => {
      if (!has(tx, workspaceId, kind, id)) return false;
      tx.run('DELETE FROM access WHERE workspace = ? AND kind = ? AND id = ?', [workspaceId, kind, id]);
      tx.afterCommit(() => known.set(workspaceId, withEntry(of(workspaceId), kind, id, null)));
      return true;
    });

  return {
    version: (workspaceId) => of(workspaceId).version,
    grants: (workspaceId) => sorted(of(workspaceId).grants, ({ target }) => target),
    grantOf: (workspaceId, target) => of(workspaceId).grants.get(target),
    share: (workspaceId, grant) => put(workspaceId, 'grant', grant.target, grant),
    unshare: (workspaceId, target) => remove(workspaceId, 'grant', target),
    apiKeys: (workspaceId) => sorted(of(workspaceId).keys, ({ name, id }) => `${name} ${id}`),
    apiKeyByHash: (workspaceId, hash) => of(workspaceId).keysByHash.get(hash),
    apiKeyById: (workspaceId, id) => of(workspaceId).keys.get(id),
    putApiKey: (workspaceId, key) => put(workspaceId, 'key', key.id, key),
    removeApiKey: (workspaceId, id) => remove(workspaceId, 'key', id),
    forget: (workspaceId) =>
      db.write((tx) => {
        tx.run('DELETE FROM access WHERE workspace = ?', [workspaceId]);
        tx.afterCommit(() => known.set(workspaceId, { ...NOTHING, version: of(workspaceId).version + 1 }));
      }),
  };
}

const has = (tx: Tx, workspaceId: string, kind: Row['kind'], id: string): boolean =>
  tx.get('SELECT 1 FROM access WHERE workspace = ? AND kind = ? AND id = ?', [workspaceId, kind, id]) !== undefined;

function withEntry(known: Known, kind: Row['kind'], id: string, entry: (Grant & ApiKey) | null): Known {
  const [grants, keys] = [new Map<string, Grant>(known.grants), new Map<string, ApiKey>(known.keys)];
  const entries: Map<string, Grant | ApiKey> = kind === 'grant' ? grants : keys;
  if (entry) entries.set(id, entry);
  else entries.delete(id);
  const keysByHash = new Map([...keys.values()].map((key) => [key.hash, key]));
  return { version: known.version + 1, grants, keys, keysByHash };
}

function sorted<T>(entries: ReadonlyMap<string, T>, by: (entry: T) => string): readonly T[] {
  return [...entries.values()].sort((a, b) => (by(a) < by(b) ? -1 : 1));
}
