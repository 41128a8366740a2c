import { fail } from '../../core/errors/errors';
import type { AppStore, AppVersion, PublishedApp } from '../../ports/app-store';
import type { Texts } from '../../ports/deployments';
import type { SqliteDatabase, Tx } from '../sqlite/database';

interface AppRow {
  readonly app: string;
}

/** Texts of versions that are asked for with every save of who installs them. */
const MAXIMUM_KNOWN = 200;

export function sqliteAppStore(db: SqliteDatabase): AppStore {
  const known = new Map<string, Texts>();
  const one = (column: 'slug' | 'workspace', value: string): PublishedApp | null => {
    const row = db.get<AppRow>(`SELECT app FROM apps WHERE ${column} = ?`, [value]);
    return row ? (JSON.parse(row.app) as PublishedApp) : null;
  };
  return {
    find: (slug) => one('slug', slug),
    ofWorkspace: (workspaceId) => one('workspace', workspaceId),
    list: () => db.all<AppRow>('SELECT app FROM apps ORDER BY slug').map(({ app }) => JSON.parse(app) as PublishedApp),
    versions: (slug) =>
      db.all<AppVersion>('SELECT name, created_at AS createdAt FROM app_versions WHERE slug = ? ORDER BY n DESC', [
        slug,
      ]),
    files(slug, version) {
      const key = JSON.stringify([slug, version]);
      const before = known.get(key);
      if (before) return before;
      const row = db.get<{ files: string }>('SELECT files FROM app_versions WHERE slug = ? AND name = ?', [
        slug,
        version,
      ]);
      if (!row) return null;
      const files = JSON.parse(row.files) as Texts;
      const [oldest] = known.keys();
      if (known.size >= MAXIMUM_KNOWN && oldest !== undefined) known.delete(oldest);
      known.set(key, files);
      return files;
    },
    publish: (app, how) =>
      db.write((tx) => {
        publish(tx, app, how);
        tx.afterCommit(() => known.clear());
      }),
    remove: (slug) =>
      db.write((tx) => {
        tx.run('DELETE FROM app_versions WHERE slug = ?', [slug]);
        tx.afterCommit(() => known.clear());
        return tx.run('DELETE FROM apps WHERE slug = ?', [slug]).changes > 0;
      }),
  };
}

function publish(tx: Tx, app: PublishedApp, { version, files, keep }: Parameters<AppStore['publish']>[1]): void {
  const { slug, workspaceId } = app;
  if (tx.get('SELECT 1 FROM apps WHERE (slug = ?) <> (workspace = ?)', [slug, workspaceId]))
    throw fail('AlreadyUsedError', `The slug ${slug} is taken, or the workspace has another app`, { slug });
  tx.run(
    'INSERT INTO apps (slug, workspace, app) VALUES (?, ?, ?) ON CONFLICT (slug) DO UPDATE SET app = excluded.app',
    [slug, workspaceId, JSON.stringify(app)],
  );
  if (files === null) return;
  tx.run('INSERT INTO app_versions (slug, name, created_at, files) VALUES (?, ?, ?, ?)', [
    ...[slug, version.name],
    ...[version.createdAt, JSON.stringify(files)],
  ]);
  tx.run(
    `DELETE FROM app_versions WHERE slug = ? AND name <> ? AND n NOT IN
       (SELECT n FROM app_versions WHERE slug = ? ORDER BY n DESC LIMIT ?)`,
    [slug, app.current, slug, keep],
  );
}
