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
import type { ActiveReleases } from './active-releases';
import { reach } from './deploy-points';
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

/** Stores that fail for a while, an engine that is away: tried again after this, then twice that, up to the last. */
const MEND_AFTER_MS = { first: 1_000, last: 30_000 };
/** An engine's list of open runs is a little behind. */
const CANCEL_AGAIN_AFTER_MS = 2_000;
const CANCEL_TIMES = 10;

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
        const compiled = await deployer.compile(workspaceId, texts, { strict: wanted.strict ?? false });
        assertMayBeSaved(compiled, before, wanted);
        await reach('compiled');
        try {
          await save(dependencies, compiled, { ...wanted, changes });
        } catch (error) {
          mender.mend(workspaceId);
          throw error;
        }
        return { changed: true, before, after: viewOf(workspaceId, compiled, releases) };
      }),
    remove: (workspaceId, by) =>
      deployer.inTurn(workspaceId, async () => {
        const view = await current(dependencies, workspaceId);
        if (!view) throw notThere(workspaceId);
        await records.begin({ workspaceId, changes: null, at: Date.now(), message: 'deleted', ...(by !== undefined && { by }) });
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

const notThere = (workspaceId: string) =>
  fail('ObjectNotFoundError', `There is no workspace ${workspaceId}`, { subjectType: 'workspaces', query: { id: workspaceId } });

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
  if (!before) throw notThere(workspaceId);
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
  throw fail('InvalidAutomationError', `${first?.file}${first?.line === undefined ? '' : `:${first.line}`}: ${first?.message}${more}`, {
    diagnostics: diagnostics as unknown as Json,
  });
}

const keyOf = ({ code, file, path, message }: Diagnostic): string => JSON.stringify([code, file, path, message]);

async function save(dependencies: DeploymentsDependencies, compiled: Compiled, edit: Edit): Promise<void> {
  const { deployer, records, writer } = dependencies;
  const { workspaceId, release } = compiled;
  const commit = async (): Promise<void> => {
    await records.begin(recordOf(compiled, edit));
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

function recordOf({ workspaceId, texts, diagnostics, release }: Compiled, { changes, by, message, version }: Edit): SaveRecord {
  const flawed = diagnostics.some(({ severity }) => severity === 'error');
  return {
    workspaceId,
    changes,
    at: Date.now(),
    message,
    ...(by !== undefined && { by }),
    ...(version !== undefined && { version }),
    ...(release && flawed && { lenient: filesDigest(texts) }),
    ...(release && { release: { digest: release.digest, automations: Object.keys(release.automations).length } }),
  };
}

async function finishWriting(
  { writer, records }: DeploymentsDependencies,
  workspaceId: string,
  changes: FileChanges | null,
): Promise<void> {
  if (changes) await writer.write(workspaceId, changes);
  else await writer.remove(workspaceId);
  // A removal is over when its runs are asked to end.
  if (changes) await records.finish(workspaceId);
}

interface Mender {
  /** Goes on where a save was stopped, until it has succeeded. */
  mend(workspaceId: string): void;
  /** Again and again until the engine lists none, in the background after the first time. */
  cancelRuns(workspaceId: string): Promise<void>;
  stop(): void;
}

function createMender(dependencies: DeploymentsDependencies): Mender {
  const { deployer, deploy, records, runs, log } = dependencies;
  const timers = new Map<string, NodeJS.Timeout>();
  let stopped = false;
  const later = (key: string, ms: number, work: () => Promise<void>): void => {
    if (stopped) return;
    clearTimeout(timers.get(key));
    const timer = setTimeout(() => {
      timers.delete(key);
      work().catch((error: unknown) => log.error({ key, err: error }, 'could not be mended yet'));
    }, ms);
    timers.set(key, timer);
  };
  const tryMending = async (workspaceId: string, ms: number): Promise<void> => {
    try {
      await deployer.inTurn(workspaceId, async () => {
        const pending = (await records.pending()).find((one) => one.workspaceId === workspaceId);
        if (pending) await finishWriting(dependencies, workspaceId, pending.changes);
        if (pending?.changes === null) await cancelRuns(workspaceId);
      });
      await deploy(workspaceId);
    } catch (error) {
      later(workspaceId, Math.min(2 * ms, MEND_AFTER_MS.last), () => tryMending(workspaceId, 2 * ms));
      throw error;
    }
  };
  const cancelRuns = async (workspaceId: string, times = CANCEL_TIMES): Promise<void> => {
    const found = await runs.cancelOpen(workspaceId);
    if (found === 0 && times < CANCEL_TIMES) await records.finish(workspaceId);
    else if (times > 0) later(`runs of ${workspaceId}`, CANCEL_AGAIN_AFTER_MS, () => cancelRuns(workspaceId, times - 1));
  };
  return {
    mend: (workspaceId) =>
      later(workspaceId, MEND_AFTER_MS.first, () => tryMending(workspaceId, MEND_AFTER_MS.first)),
    cancelRuns,
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
