import { CURRENT_VERSION, importedApps, type AppChoice } from '../../../shared/core/workspaces/compile-import';
import { compileIndex } from '../../../shared/core/workspaces/compile-index';
import type { CompileCache, WorkspaceSource } from '../../../shared/core/workspaces/compile-parts';
import type { AppSources } from '../../../shared/core/workspaces/install-apps';
import type { AppStore, PublishedApp } from '../../../shared/ports/app-store';
import type { WorkspaceFiles } from '../../../shared/ports/workspace-files';

type Texts = WorkspaceSource['files'];

export interface ReadApps extends AppSources {
  /** Workspaces that were read as apps, at any depth, and `app:<slug>` of every app that was asked for. */
  readonly folders: ReadonlySet<string>;
  /** An app was not found: any workspace that comes or changes may be it. */
  readonly isOpen: boolean;
}

/** Where apps are read from. */
export interface AppPlaces {
  readonly files: Pick<WorkspaceFiles, 'list' | 'read'>;
  readonly published: Pick<AppStore, 'find' | 'files' | 'versions' | 'list'>;
  /** May others install what lies in this workspace's folder now, without that it was published? */
  readonly isOpenFolder: (workspaceId: string) => boolean;
}

/** What depends on a published app depends on this. */
export const appKey = (appSlug: string): string => `app:${appSlug}`;

/**
 * The texts of all apps that a workspace installs, and of those that they install. An app is what was published under
 * its slug, else a workspace beside the one that installs it.
 */
export async function readApps(
  places: AppPlaces,
  texts: Texts,
  cacheOf: (workspaceId: string) => CompileCache,
): Promise<ReadApps> {
  for (;;) {
    const { apps, isStale } = await readOnce(places, texts, cacheOf);
    // Published again while others were read: whoever publishes next sees what the caller notes of these.
    if (!isStale()) return apps;
  }
}

async function readOnce(
  places: AppPlaces,
  texts: Texts,
  cacheOf: (workspaceId: string) => CompileCache,
): Promise<{ readonly apps: ReadApps; readonly isStale: () => boolean }> {
  const found = new Map<string, WorkspaceSource>();
  const versions = new Map<string, readonly string[]>();
  const seen = new Map<string, AppState>();
  const folders = new Set<string>();
  let isOpen = false;
  const wanted = new Map(importedApps(texts).map((one) => [keyOf(one), one]));
  const search = folderSearch(places);
  // A map hands out what is added while it is walked.
  for (const [key, { appSlug, appVersion }] of wanted) {
    folders.add(appKey(appSlug));
    const published = places.published.find(appSlug);
    seen.set(appSlug, stateOf(published));
    let source: WorkspaceSource | undefined;
    if (published) {
      const files = places.published.files(appSlug, appVersion === CURRENT_VERSION ? published.current : appVersion);
      const { workspaceId } = published;
      if (files) source = { workspaceId, files, cache: cacheOf(appKey(appSlug)) };
      versions.set(appSlug, places.published.versions(appSlug).map(({ name }) => name)); // prettier-ignore
    } else {
      const folder = await search.find(appSlug);
      if (folder) {
        folders.add(folder.workspaceId);
        versions.set(appSlug, []);
        if (appVersion === CURRENT_VERSION) source = { ...folder, cache: cacheOf(folder.workspaceId) };
      } else isOpen = true;
    }
    if (source === undefined) continue;
    found.set(key, source);
    for (const inner of importedApps(source.files)) wanted.set(keyOf(inner), inner);
  }
  // For hints, and those are only given where something is missing.
  const names = isOpen ? [...places.published.list().map(({ slug }) => slug), ...(await search.names())] : [];
  return {
    apps: {
      find: (appSlug, appVersion) => found.get(keyOf({ appSlug, appVersion })),
      versionsOf: (appSlug) => versions.get(appSlug),
      names,
      folders,
      isOpen,
    },
    isStale: () => [...seen].some(([appSlug, state]) => stateOf(places.published.find(appSlug)) !== state),
  };
}

/** Another one after each publication. */
type AppState = string;
const stateOf = (app: PublishedApp | null): AppState => (app ? `${app.current} ${app.updatedAt}` : '');

const keyOf = ({ appSlug, appVersion }: AppChoice): string => JSON.stringify([appSlug, appVersion]);

/** Folders by their name or the slug of the workspace in them. */
function folderSearch({ files, isOpenFolder }: AppPlaces) {
  let listed: Promise<readonly string[]> | undefined;
  let slugs: Promise<ReadonlyMap<string, string>> | undefined;
  const all = () => (listed ??= files.list());
  const names = async () => (await all()).filter(isOpenFolder);
  return {
    names,
    async find(appSlug: string): Promise<WorkspaceSource | undefined> {
      const isFolder = (await all()).includes(appSlug) && isOpenFolder(appSlug);
      const workspaceId = isFolder
        ? appSlug
        : (await (slugs ??= names().then((ids) => bySlug(files, ids)))).get(appSlug);
      const read = workspaceId === undefined ? null : await files.read(workspaceId);
      return workspaceId === undefined || read === null ? undefined : { workspaceId, files: read };
    },
  };
}

/** Slug of the index -> workspace. Only needed for an app that is not named as its folder. */
async function bySlug(
  files: Pick<WorkspaceFiles, 'read'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const slugs = new Map<string, string>();
  for (const name of names) {
    const { slug } = compileIndex('index.yml', (await files.read(name))?.['index.yml'], name).index;
    if (slug !== undefined && !slugs.has(slug)) slugs.set(slug, name);
  }
  return slugs;
}
