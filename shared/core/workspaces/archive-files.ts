import { isWorkspacePath, PART_FOLDERS } from './file-paths';

const NEVER = /(^|\/)(\.[^/]*|__[^/]*)(\/|$)/;

/** What of an archive belongs to a workspace: path in the archive -> path in the workspace. The first folder is ignored. */
export function archivePaths(entries: readonly string[]): ReadonlyMap<string, string> {
  const wanted = entries.filter(
    (entry) => /\.(ya?ml|json)$/.test(entry) && !NEVER.test(entry.replace(/(^|\/)\.import\./, '$1import.')),
  );
  const folders = new Set(wanted.map((entry) => entry.split('/')[0] ?? ''));
  const [only = ''] = folders;
  // A version's folder is around everything; without one, the folders are those of the workspace.
  const isWrapped =
    folders.size === 1 && wanted.every((entry) => entry.includes('/')) && !PART_FOLDERS.some((one) => one === only);
  const paths = new Map<string, string>();
  for (const entry of wanted) {
    const path = (isWrapped ? entry.slice(only.length + 1) : entry).replace(/\.(yaml|json)$/, '.yml');
    if (isWorkspacePath(path)) paths.set(entry, path);
  }
  return paths;
}

/** How reports name a file. */
export const reportName = (path: string): string => (path === 'index.yml' ? 'index' : path);

/** `index`, `security`, `automations/<slug>`, …: does an exclusion of a repository name this file? */
export const isExcluded = (path: string, excluded: readonly string[]): boolean =>
  excluded.includes(path.replace(/\.ya?ml$/, '')) || excluded.includes(path);
