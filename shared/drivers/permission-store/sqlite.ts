import { entry } from '../../core/entry';
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
  const known = readKnown(db);
  const of = (workspaceId: string): Known => known.get(workspaceId) ?? NOTHING;

  const put = (workspaceId: string, kind: Row['kind'], id: string, given: Grant | ApiKey): Promise<void> =>
    db.write((tx) => {
      tx.run('INSERT OR REPLACE INTO access (workspace, kind, id, content) VALUES (?, ?, ?, ?)', [
        workspaceId,
        kind,
        id,
        JSON.stringify(given),
      ]);
      tx.afterCommit(() => known.set(workspaceId, withEntry(of(workspaceId), kind, id, given as Grant & ApiKey)));
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

/** Workspace by workspace: one with many entries is put together once, not with each of them. */
function readKnown(db: SqliteDatabase): Map<string, Known> {
  const read = new Map<string, { grants: Map<string, Grant>; keys: Map<string, ApiKey> }>();
  for (const { workspace, kind, id, content } of db.all<Row>('SELECT workspace, kind, id, content FROM access')) {
    const { grants, keys } = entry(read, workspace, () => ({ grants: new Map(), keys: new Map() }));
    if (kind === 'grant') grants.set(id, JSON.parse(content) as Grant);
    else keys.set(id, JSON.parse(content) as ApiKey);
  }
  return new Map([...read].map(([workspace, { grants, keys }]) => [workspace, knownOf(1, grants, keys)]));
}

const knownOf = (version: number, grants: Known['grants'], keys: Known['keys']): Known => ({
  ...{ version, grants, keys },
  keysByHash: new Map([...keys.values()].map((key) => [key.hash, key])),
});

const has = (tx: Tx, workspaceId: string, kind: Row['kind'], id: string): boolean =>
  tx.get('SELECT 1 FROM access WHERE workspace = ? AND kind = ? AND id = ?', [workspaceId, kind, id]) !== undefined;

function withEntry(known: Known, kind: Row['kind'], id: string, given: (Grant & ApiKey) | null): Known {
  const [grants, keys] = [new Map<string, Grant>(known.grants), new Map<string, ApiKey>(known.keys)];
  const entries: Map<string, Grant | ApiKey> = kind === 'grant' ? grants : keys;
  if (given) entries.set(id, given);
  else entries.delete(id);
  return knownOf(known.version + 1, grants, keys);
}

function sorted<T>(entries: ReadonlyMap<string, T>, by: (entry: T) => string): readonly T[] {
  return [...entries.values()].sort((a, b) => (by(a) < by(b) ? -1 : 1));
}
