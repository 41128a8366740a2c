import { fail } from '../../../shared/core/errors/errors';
import type { Diagnostic } from '../../../shared/core/automation/diagnostic';
import { refusesSave } from '../../../shared/core/automation/diagnostic-codes';
import type { Json } from '../../../shared/core/json';
import { filesDigest } from '../../../shared/core/workspaces/files-digest';
import type {
  Change,
  Deployments,
  Edit,
  FileChanges,
  Texts,
  WorkspaceFileWriter,
  WorkspaceRuns,
  WorkspaceView,
} from '../../../shared/ports/deployments';
import type { Log } from '../../../shared/ports/log';
import type { WorkspaceFiles } from '../../../shared/ports/workspace-files';
import type { SaveRecord, WorkspaceRecords } from '../../../shared/ports/workspace-records';
import { workspaceNotFound } from '../../http/require-workspace';
import type { ActiveReleases } from './active-releases';
import { reach } from './deploy-points';
import { createMender, finishWriting } from './mend-saves';
import type { Compiled, Deployer, DeployWorkspace } from './deploy-workspace';
import { viewOf, type WorkspaceViews } from './workspace-views';

export interface DeploymentsDependencies {
  readonly files: WorkspaceFiles;
  readonly writer: WorkspaceFileWriter;
  readonly records: WorkspaceRecords;
  readonly deployer: Deployer;
  readonly deploy: DeployWorkspace;
  readonly views: WorkspaceViews;
  readonly releases: ActiveReleases;
  readonly runs: WorkspaceRuns;
  readonly log: Log;
}

/**
 * Saves over HTTP. What counts is the journal (`records.begin`): before it nothing has changed but what the next
 * deployment mends; after it the files are written, by the next start if need be, and what is in them is served.
 */
export function createDeployments(
  dependencies: DeploymentsDependencies,
): Deployments & { recover(): Promise<void>; stop(): void } {
  const { deployer, views, records, writer, releases } = dependencies;
  const mender = createMender(dependencies);
  return {
    list: () => views.list(),
    view: (workspaceId) => views.get(workspaceId),
    change: (workspaceId, edit) =>
      deployer.inTurn(workspaceId, async () => {
        const before = await current(dependencies, workspaceId);
        const wanted = await edit(before);
        const changes = wanted && realChanges(before?.files ?? {}, wanted.changes);
        if (!wanted || !changes || (before && Object.keys(changes).length === 0)) return unchanged(workspaceId, before);
        const texts = withChanges(before?.files ?? {}, changes);
        assertFits(texts, changes);
        const compiled = await deployer.compile(workspaceId, texts, { strict: wanted.strict ?? false });
        assertMayBeSaved(compiled, before, wanted);
        await reach('compiled');
        try {
          await save(dependencies, compiled, { ...wanted, changes }, before);
        } catch (error) {
          mender.mend(workspaceId);
          throw error;
        }
        return { changed: true, before, after: viewOf(workspaceId, compiled, releases) };
      }),
    remove: (workspaceId, by) =>
      deployer.inTurn(workspaceId, async () => {
        const view = await current(dependencies, workspaceId);
        if (!view) throw workspaceNotFound(workspaceId);
        await records.begin({
          workspaceId,
          changes: null,
          created: [],
          at: Date.now(),
          message: 'deleted',
          ...(by !== undefined && { by }),
        });
        await reach('begun');
        try {
          await writer.remove(workspaceId);
          await reach('written');
          await deployer.remove(workspaceId);
          await reach('activated');
          await mender.cancelRuns(workspaceId);
        } catch (error) {
          mender.mend(workspaceId);
          throw error;
        }
        return view;
      }),
    follow: (workspaceId) => deployer.inTurn(workspaceId, () => deployer.reconcile(workspaceId)),
    async check(workspaceId, texts) {
      const { diagnostics, release } = await deployer.compile(workspaceId, texts, { strict: false, trial: true });
      return { diagnostics, digest: release?.digest ?? null };
    },
    async recover() {
      for (const { workspaceId, changes } of await records.pending()) {
        await finishWriting(dependencies, workspaceId, changes);
        if (changes === null) await mender.cancelRuns(workspaceId);
      }
    },
    stop: () => mender.stop(),
  };
}

/** As it lies in the folder now: an editor may have saved since it was last compiled. */
async function current(
  { files, views, deployer, releases }: DeploymentsDependencies,
  workspaceId: string,
): Promise<WorkspaceView | null> {
  const texts = await files.read(workspaceId);
  if (!texts) return null;
  const known = views.ifStill(workspaceId, texts);
  if (known) return known;
  return viewOf(workspaceId, await deployer.compile(workspaceId, texts, { strict: false }), releases);
}

function unchanged(workspaceId: string, before: WorkspaceView | null): Change {
  if (!before) throw workspaceNotFound(workspaceId);
  return { changed: false, before, after: before };
}

/** What is so already is no change. */
const realChanges = (files: Texts, changes: FileChanges): FileChanges =>
  Object.fromEntries(
    Object.entries(changes).filter(([path, text]) => (Object.hasOwn(files, path) ? files[path] : null) !== text),
  );

function withChanges(files: Texts, changes: FileChanges): Texts {
  const texts = new Map(Object.entries(files));
  for (const [path, text] of Object.entries(changes))
    if (text === null) texts.delete(path);
    else texts.set(path, text);
  return Object.fromEntries(texts);
}

/** What the folder's reader would leave out is not written. */
const MAX_FILES = 5_000;
const MAX_FILE_BYTES = 1_048_576;

function assertFits(texts: Texts, changes: FileChanges): void {
  if (Object.keys(texts).length > MAX_FILES)
    throw fail('PayloadTooLarge', `A workspace has at most ${MAX_FILES} files`, { limit: MAX_FILES });
  for (const [path, text] of Object.entries(changes))
    if (text !== null && Buffer.byteLength(text) > MAX_FILE_BYTES)
      throw fail('PayloadTooLarge', `${path} is too large`, { path, limitBytes: MAX_FILE_BYTES });
}

/** A flaw that was there before, in a file that this save leaves alone, is no reason to refuse it: two broken files could never be mended. */
function assertMayBeSaved(compiled: Compiled, before: WorkspaceView | null, { strict, changes }: Edit): void {
  const { diagnostics } = compiled;
  const known = new Set((before?.diagnostics ?? []).map(keyOf));
  const refusing = diagnostics.filter((one) =>
    strict ? one.severity === 'error' : refusesSave(one) && (one.file in changes || !known.has(keyOf(one))),
  );
  if (refusing.length === 0) return;
  const [first] = refusing;
  const more = refusing.length === 1 ? '' : `, and ${refusing.length - 1} more`;
  throw fail(
    'InvalidAutomationError',
    `${first?.file}${first?.line === undefined ? '' : `:${first.line}`}: ${first?.message}${more}`,
    {
      diagnostics: diagnostics as unknown as Json,
    },
  );
}

const keyOf = ({ code, file, path, message }: Diagnostic): string => JSON.stringify([code, file, path, message]);

async function save(
  dependencies: DeploymentsDependencies,
  compiled: Compiled,
  edit: Edit,
  before: WorkspaceView | null,
): Promise<void> {
  const { deployer, records, releases, writer } = dependencies;
  const { workspaceId, release } = compiled;
  const commit = async (): Promise<void> => {
    const inForce = releases.get(workspaceId)?.release.digest;
    await records.begin({ ...recordOf(compiled, edit, inForce), created: createdBy(edit, before) });
    await reach('begun');
    await writer.write(workspaceId, edit.changes);
    await reach('written');
  };
  if (release) await deployer.bringIntoForce(compiled, release, commit);
  else {
    await commit();
    deployer.note(compiled);
  }
  await records.finish(workspaceId);
  await reach('finished');
}

const createdBy = ({ changes, renamed = {} }: Edit, before: WorkspaceView | null): readonly string[] => [
  ...(before ? [] : ['']),
  ...Object.keys(changes).filter(
    (path) => !Object.hasOwn(renamed, path) && (!before || !Object.hasOwn(before.files, path)),
  ),
];

function recordOf(
  { workspaceId, texts, diagnostics, release }: Compiled,
  { changes, by, message, version, renamed }: Edit,
  inForce: string | undefined,
): Omit<SaveRecord, 'created'> {
  const flawed = diagnostics.some(({ severity }) => severity === 'error');
  return {
    workspaceId,
    changes,
    at: Date.now(),
    message,
    ...(by !== undefined && { by }),
    ...(version !== undefined && { version }),
    ...(renamed && { renamed }),
    ...(release && flawed && { lenient: filesDigest(texts) }),
    ...(release &&
      release.digest !== inForce && {
        release: { digest: release.digest, automations: Object.keys(release.automations).length },
      }),
  };
}
