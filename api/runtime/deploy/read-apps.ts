import { importedApps } from '../../../shared/core/workspaces/compile-import';
import { compileIndex } from '../../../shared/core/workspaces/compile-index';
import type { CompileCache, WorkspaceSource } from '../../../shared/core/workspaces/compile-parts';
import type { AppSources } from '../../../shared/core/workspaces/install-apps';
import type { WorkspaceFiles } from '../../../shared/ports/workspace-files';

type Texts = WorkspaceSource['files'];

export interface ReadApps extends AppSources {
  /** Workspaces that were read as apps, at any depth. */
  readonly folders: ReadonlySet<string>;
  /** An app was not found: any workspace that comes or changes may be it. */
  readonly isOpen: boolean;
}

/** The texts of all apps that a workspace installs, and of those that they install. An app is a workspace beside it. */
export async function readApps(
  files: WorkspaceFiles,
  texts: Texts,
  cacheOf: (workspaceId: string) => CompileCache,
): Promise<ReadApps> {
  const found = new Map<string, WorkspaceSource>();
  const folders = new Set<string>();
  let isOpen = false;
  const wanted = new Set(importedApps(texts));
  if (wanted.size === 0) return { find: () => undefined, names: [], folders, isOpen };
  const names = await files.list();
  let slugs: ReadonlyMap<string, string> | undefined;
  // A set hands out what is added while it is walked.
  for (const appSlug of wanted) {
    const folder = names.includes(appSlug) ? appSlug : (slugs ??= await bySlug(files, names)).get(appSlug);
    const read = folder === undefined ? null : await files.read(folder);
    if (folder === undefined || read === null) isOpen = true;
    else {
      folders.add(folder);
      found.set(appSlug, { workspaceId: folder, files: read, cache: cacheOf(folder) });
      for (const inner of importedApps(read)) wanted.add(inner);
    }
  }
  return { find: (appSlug) => found.get(appSlug), names, folders, isOpen };
}

/** Slug of the index -> workspace. Only needed for an app that is not named as its folder. */
async function bySlug(files: WorkspaceFiles, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const slugs = new Map<string, string>();
  for (const name of names) {
    const { slug } = compileIndex('index.yml', (await files.read(name))?.['index.yml'], name).index;
    if (slug !== undefined && !slugs.has(slug)) slugs.set(slug, name);
  }
  return slugs;
}
