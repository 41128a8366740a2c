import { watch as watchFolder } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isWorkspacePath } from '../../core/workspaces/file-paths';
import type { WorkspaceFiles } from '../../ports/workspace-files';
import { changeFeed } from './change-feed';

/** What a folder holds that cannot be served. Problems of content are the compiler's business. */
export interface FolderProblem {
  readonly workspaceId?: string;
  /** Inside the served folder. */
  readonly path: string;
  readonly code: 'BAD_NAME' | 'OUTSIDE' | 'TOO_LARGE' | 'TOO_MANY' | 'UNREADABLE';
  readonly message: string;
}

export interface FolderOptions {
  onProblem?(problem: FolderProblem): void;
  readonly debounceMs?: number;
  /** Also without a sign of the file system: it has none on some mounts. */
  readonly pollMs?: number;
}

const MAX_BYTES = 1_048_576;
const MAX_FILES = 5_000;
/** Files read at the same time: a save waits for all of them. */
const AT_ONCE = 32;
const WORKSPACE = /^[\w-]+$/;
/** One file each, beside the folders. */
const SINGLE = {
  'index.yml': /^index\.ya?ml$/,
  'security.yml': /^security\.ya?ml$/,
  '.import.yml': /^\.import\.ya?ml$/,
};
const FOLDERS = { automations: 'An automation file', imports: 'The file of an installed app', pages: 'A page' };
/** Slugs hold slashes: folders in folders, up to here. */
const MAX_DEPTH = 5;

type Report = (problem: FolderProblem) => void;
const silent: Report = () => undefined;

interface KeptText {
  readonly text: string;
  /** Changes with the file; absent when it might not yet. */
  readonly sign?: string;
}

/** Clocks of file systems tick slowly: a file that was changed just now may change again under the same time. */
const YOUNG_MS = 100;

interface Found {
  /** Inside the workspace. */
  readonly path: string;
  readonly file: string;
}

/** `DIR/<workspace>/`: `index.yml`, `security.yml`, and `.yml` files in `automations/`, `imports/` and `pages/`. Nothing outside DIR is ever read. */
export function folderWorkspaceFiles(dir: string, options: FolderOptions = {}): WorkspaceFiles {
  const report: Report = (problem) => options.onProblem?.(problem);

  async function list(report: Report): Promise<string[]> {
    const ids: string[] = [];
    for (const name of await namesIn(dir)) {
      if (name.startsWith('.') || !(await isFolder(join(dir, name)))) continue;
      if (WORKSPACE.test(name)) ids.push(name);
      else report({ path: name, code: 'BAD_NAME', message: 'A workspace is named with letters, digits, _ and - only' });
    }
    return ids.sort();
  }

  async function filesOf(workspaceId: string, report: Report): Promise<Found[]> {
    const root = join(dir, workspaceId);
    const found: Found[] = [];
    const names = await namesIn(root);
    for (const [path, pattern] of Object.entries(SINGLE)) {
      // The writer writes `.yml`: beside one, `.yaml` is not read. They are sorted, so that one is the last.
      const both = names.filter((name) => pattern.test(name));
      for (const name of both.slice(-1)) found.push({ path, file: join(root, name) });
      for (const name of both.slice(0, -1))
        report({ workspaceId, path: join(workspaceId, name), code: 'BAD_NAME', message: `Not read: ${path} is there` });
    }
    for (const [folder, what] of Object.entries(FOLDERS))
      for (const path of await pathsIn(root, folder)) {
        if (isWorkspacePath(path)) found.push({ path, file: join(root, path) });
        else
          report({
            workspaceId,
            path: join(workspaceId, path),
            code: 'BAD_NAME',
            message: `${what} is named with letters, digits, _, - and blanks inside only, and ends with .yml`,
          });
      }
    if (found.length > MAX_FILES)
      report({
        workspaceId,
        path: workspaceId,
        code: 'TOO_MANY',
        message: `${found.length} files; the first ${MAX_FILES} are read`,
      });
    return found.slice(0, MAX_FILES);
  }

  const kept = new Map<string, ReadonlyMap<string, KeptText>>();

  /** A text is read again when its file is another one than before, or too young to tell. */
  async function readAgain(workspaceId: string, root: string, found: Found): Promise<KeptText | null> {
    const at = await lstat(found.file, { bigint: true }).catch(() => null);
    const sign = at?.isFile() ? `${at.ino} ${at.size} ${at.mtimeNs} ${at.ctimeNs}` : undefined;
    const known = kept.get(workspaceId)?.get(found.path);
    if (known && sign !== undefined && known.sign === sign) return known;
    const text = await readText(workspaceId, root, found);
    const isOld = at !== null && Date.now() - Number(at.ctimeMs) > YOUNG_MS;
    return text === null ? null : { text, ...(isOld && sign !== undefined && { sign }) };
  }

  async function readText(workspaceId: string, root: string, { path, file }: Found): Promise<string | null> {
    const problem = (code: FolderProblem['code'], message: string): null => {
      report({ workspaceId, path: join(workspaceId, path), code, message });
      return null;
    };
    try {
      const real = await realpath(file);
      if (!real.startsWith(root + sep)) return problem('OUTSIDE', 'The file is a link that leaves the served folder');
      const handle = await open(real, 'r');
      try {
        const { size } = await handle.stat();
        if (size > MAX_BYTES) return problem('TOO_LARGE', `The file has ${size} bytes; at most ${MAX_BYTES} are read`);
        return await handle.readFile('utf8');
      } finally {
        await handle.close();
      }
    } catch (error) {
      // Removed since it was listed: as if it had never been there.
      if (isMissing(error)) return null;
      return problem('UNREADABLE', error instanceof Error ? error.message : String(error));
    }
  }

  /** Names and times of what would be read: equal = nothing has changed. */
  async function signature(): Promise<ReadonlyMap<string, string>> {
    const signs = new Map<string, string>();
    for (const id of await list(silent)) {
      const stats = await Promise.all(
        (await filesOf(id, silent)).map(async ({ path, file }) => {
          const at = await stat(file).catch(() => null);
          return `${path}:${at?.mtimeMs}:${at?.size}:${at?.ino}`;
        }),
      );
      signs.set(id, stats.sort().join('\n'));
    }
    return signs;
  }

  return {
    list: () => list(report),
    async read(workspaceId) {
      if (!WORKSPACE.test(workspaceId) || !(await isFolder(join(dir, workspaceId)))) {
        kept.delete(workspaceId);
        return null;
      }
      const root = await realpath(dir);
      const texts = new Map<string, KeptText>();
      const found = await filesOf(workspaceId, report);
      for (let at = 0; at < found.length; at += AT_ONCE) {
        const some = found.slice(at, at + AT_ONCE);
        const read = await Promise.all(some.map((one) => readAgain(workspaceId, root, one)));
        some.forEach(({ path }, index) => {
          const one = read[index];
          if (one) texts.set(path, one);
        });
      }
      kept.set(workspaceId, texts);
      return Object.fromEntries([...texts].map(([path, { text }]) => [path, text]));
    },
    watch: (changed) =>
      changeFeed({
        signature,
        changed,
        debounceMs: options.debounceMs ?? 100,
        pollMs: options.pollMs ?? 2_000,
        signs: (told) => {
          const watcher = watchFolder(dir, { recursive: true }, told);
          // Without it the poll goes on seeing everything, only later.
          watcher.on('error', () => watcher.close());
          return () => watcher.close();
        },
      }),
  };
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Files of a folder and those below it, but for what is hidden or the platform's own. */
async function pathsIn(root: string, folder: string, depth = 0): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const paths: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (/^(\.|__)/.test(entry.name)) continue;
    const path = `${folder}/${entry.name}`;
    if (/\.ya?ml$/.test(entry.name)) paths.push(path);
    else if (entry.isDirectory() && depth < MAX_DEPTH) paths.push(...(await pathsIn(root, path, depth + 1)));
  }
  return paths;
}

async function namesIn(path: string): Promise<string[]> {
  return (await readdir(path).catch(() => [])).sort();
}
