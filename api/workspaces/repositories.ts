import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json } from '../../shared/core/json';
import { isExcluded } from '../../shared/core/workspaces/archive-files';
import { editYaml } from '../../shared/core/workspaces/edit-yaml';
import { compareFiles, mergeFiles, type FileConflict, type Resolve } from '../../shared/core/workspaces/merge-files';
import { readDocument } from '../../shared/core/workspaces/read-document';
import type { Texts, WorkspaceView } from '../../shared/ports/deployments';
import type { Synced } from '../../shared/ports/workspace-records';
import type { WorkspacesDependencies } from './dependencies';
import { indexFile } from './documents';
import { repositorySettings } from './repository-settings';

interface Push {
  readonly id: string;
  readonly message: string;
  readonly author: string;
  readonly tag?: string;
  /** Whatever the branch holds. */
  readonly force: boolean;
}

/**
 * The files of the workspace as one commit on top of the branch.
 * @returns the commit
 * @throws ConflictError somebody has changed the branch since the two last met: pull first, or force
 */
export async function pushRepository(
  dependencies: Pick<WorkspacesDependencies, 'git' | 'records' | 'secretsOf'>,
  view: WorkspaceView,
  { id, message, author, tag, force }: Push,
): Promise<string> {
  const { git, records, secretsOf } = dependencies;
  const { workspaceId } = view;
  const { remote, readOnly } = repositorySettings(view, id, secretsOf(workspaceId));
  if (readOnly) throw fail('RepositoryError', `Repository ${id}: it is read-only`, { repository: id });
  const ours = sharedFiles(view.files);
  const head = await git.read(remote);
  const base = records.synced(workspaceId, id)?.files;
  const theirs = head?.files ?? {};
  const moved = compareFiles(base ?? {}, theirs);
  const same = compareFiles(theirs, ours).length === 0;
  if (moved.length > 0 && !same && !force) {
    const { conflicts } = mergeFiles(base ?? {}, ours, theirs);
    throw conflict(`The branch ${remote.branch} has changed since the workspace last met it: pull first`, conflicts, {
      changed: moved.map(({ path }) => path),
    });
  }
  const commit = await git.push(remote, {
    parent: head?.commit ?? null,
    files: ours,
    message,
    author,
    ...(tag !== undefined && { tag }),
  });
  if (commit === null)
    throw conflict(`Somebody else has pushed to ${remote.branch} at the same time: try again`, [], {});
  await records.putSynced(workspaceId, id, { commit, files: ours });
  return commit;
}

interface Pull {
  readonly id: string;
  readonly ref?: string;
  /** The repository's side counts in every conflict. */
  readonly force: boolean;
  /** `ours`, `theirs`, or one of them by path. */
  readonly resolve?: Json;
}

export interface Pulled {
  readonly files: Texts;
  readonly isKept: (path: string) => boolean;
  /** To be noted when the files are saved. */
  readonly synced: Synced;
}

/**
 * What the workspace becomes when it takes over the branch: who alone has changed a file since the two last met has the
 * say. When they never met, the branch has it.
 * @throws ConflictError both have changed the same file; `details.conflicts` holds the three texts of each
 */
export async function pullRepository(
  dependencies: Pick<WorkspacesDependencies, 'git' | 'records' | 'secretsOf'>,
  view: WorkspaceView,
  { id, ref, force, resolve }: Pull,
): Promise<Pulled> {
  const { git, records, secretsOf } = dependencies;
  const { workspaceId } = view;
  const { remote, excluded } = repositorySettings(view, id, secretsOf(workspaceId));
  const head = await git.read(remote, ref);
  if (!head) throw fail('RepositoryError', `Repository ${id}: there is no branch ${remote.branch}`, { repository: id });
  const isKept = (path: string): boolean => isExcluded(path, excluded);
  const theirs = Object.fromEntries(Object.entries(head.files).filter(([path]) => !isKept(path)));
  const synced = { commit: head.commit, files: head.files };
  const base = records.synced(workspaceId, id)?.files;
  if (!base) return { files: theirs, isKept, synced };
  const ours = Object.fromEntries(Object.entries(sharedFiles(view.files)).filter(([path]) => !isKept(path)));
  const { files, conflicts } = mergeFiles(base, ours, theirs, force ? () => 'theirs' : resolverOf(resolve));
  if (conflicts.length > 0)
    throw conflict(`Both the workspace and ${remote.branch} have changed the same files`, conflicts, {
      commit: head.commit,
    });
  return { files, isKept, synced };
}

const resolverOf =
  (resolve: Json | undefined): Resolve =>
  (path) => {
    const side = isObject(resolve) ? (Object.hasOwn(resolve, path) ? resolve[path] : undefined) : resolve;
    return side === 'ours' || side === 'theirs' ? side : undefined;
  };

const conflict = (message: string, conflicts: readonly FileConflict[], details: { readonly [name: string]: Json }) =>
  fail('ConflictError', message, { ...details, conflicts: conflicts as unknown as Json });

/** What two sides have in common: where the repositories are, with their credentials, is this workspace's own business. */
function sharedFiles(files: Texts): Texts {
  const file = indexFile(files);
  const { repositories, ...index } = readDocument(files[file]);
  return repositories === undefined ? files : { ...files, [file]: editYaml(files[file] ?? '', index) };
}
