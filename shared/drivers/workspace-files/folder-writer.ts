import { mkdir, open, readdir, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fail } from '../../core/errors/errors';
import { isWorkspacePath } from '../../core/workspaces/file-paths';
import type { WorkspaceFileWriter } from '../../ports/deployments';
import { toStorageError } from '../sqlite/errors';

const WORKSPACE = /^[\w-]+$/;
/** The reader takes each of these for its `.yml`. */
const SINGLE = ['index', 'security', '.import'];
/** Hidden, so that no reader takes it for a workspace. */
const GOING = '.deleted-';
let drafts = 0;

/** Writes the folder that `folderWorkspaceFiles` reads. Nothing outside DIR is ever written. */
export function folderFileWriter(dir: string): WorkspaceFileWriter {
  const rootOf = (workspaceId: string): string => {
    if (!WORKSPACE.test(workspaceId)) throw refused(workspaceId);
    return join(dir, workspaceId);
  };
  return {
    async write(workspaceId, changes) {
      const root = rootOf(workspaceId);
      await stored(() => makeInside(dir, root));
      const touched = new Set<string>([dir, root]);
      for (const [path, text] of Object.entries(changes)) {
        if (!isWorkspacePath(path)) throw refused(`${workspaceId}/${path}`);
        const file = join(root, path);
        touched.add(dirname(file));
        await stored(async () => {
          if (text !== null) {
            await makeInside(dir, dirname(file));
            await replaceFile(file, text);
          }
          const twin = twinOf(path);
          if (twin !== null) await removeFile(dir, root, join(root, twin));
          if (text === null) await removeFile(dir, root, file);
        });
      }
      // The names must survive a crash too, not only the bytes.
      for (const folder of touched) await stored(() => sync(folder));
    },
    async remove(workspaceId) {
      const root = rootOf(workspaceId);
      const going = join(dir, `${GOING}${workspaceId}-${process.pid}-${drafts++}`);
      await stored(async () => {
        await rename(root, going).catch(ifMissing);
        await sync(dir);
        // Also what a crash left of an earlier removal.
        for (const name of await readdir(dir))
          if (name.startsWith(`${GOING}${workspaceId}-`)) await rm(join(dir, name), { recursive: true, force: true });
      });
    },
  };
}

/** The same document under its other ending: left there, it would be read once the `.yml` has gone. */
const twinOf = (path: string): string | null => {
  const name = SINGLE.find((one) => path === `${one}.yml`);
  return name === undefined ? null : `${name}.yaml`;
};

const refused = (path: string): Error => fail('InvalidSlugError', `${path} cannot be a path of a workspace`, { path });

const stored = <T>(work: () => Promise<T>): Promise<T> =>
  work().catch((error: unknown) => {
    throw toStorageError(error);
  });

/** Step by step: a link on the way may lead anywhere, and nothing may be made behind it. */
async function makeInside(dir: string, folder: string): Promise<void> {
  if (folder.length <= dir.length) return;
  await makeInside(dir, dirname(folder));
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await assertInside(dir, folder);
}

/** A link in the folder may lead anywhere. */
async function assertInside(dir: string, folder: string): Promise<void> {
  const real = await realpath(folder);
  if (!real.startsWith((await realpath(dir)) + sep)) throw refused(folder);
}

async function replaceFile(file: string, text: string): Promise<void> {
  const draft = join(dirname(file), `.draft-${process.pid}-${drafts++}`);
  try {
    const handle = await open(draft, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function removeFile(dir: string, root: string, file: string): Promise<void> {
  await realpath(dirname(file)).then(() => assertInside(dir, dirname(file)), ifMissing);
  await rm(file, { force: true });
  // Folders that only held this one.
  for (let folder = dirname(file); folder.length > root.length; folder = dirname(folder))
    if (
      !(await rmdir(folder).then(
        () => true,
        () => false,
      ))
    )
      return;
}

async function sync(folder: string): Promise<void> {
  const entry = await open(folder, 'r').catch(ifMissing);
  try {
    await entry?.sync();
  } finally {
    await entry?.close();
  }
}

const ifMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
};
