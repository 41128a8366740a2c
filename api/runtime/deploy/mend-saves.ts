import type { FileChanges, WorkspaceFileWriter, WorkspaceRuns } from '../../../shared/ports/deployments';
import type { Log } from '../../../shared/ports/log';
import type { WorkspaceRecords } from '../../../shared/ports/workspace-records';
import type { Deployer, DeployWorkspace } from './deploy-workspace';

export interface MenderDependencies {
  readonly writer: WorkspaceFileWriter;
  readonly records: WorkspaceRecords;
  readonly deployer: Deployer;
  readonly deploy: DeployWorkspace;
  readonly runs: Pick<WorkspaceRuns, 'cancelOpen'>;
  readonly log: Log;
}

/** Stores that fail for a while, an engine that is away: tried again after this, then twice that, up to the last. */
const MEND_AFTER_MS = { first: 1_000, last: 30_000 };
/** An engine's list of open runs is a little behind. */
const CANCEL_AGAIN_AFTER_MS = 2_000;
const CANCEL_TIMES = 10;

/** What the journal holds, written: as often as need be. */
export async function finishWriting(
  { writer, records }: Pick<MenderDependencies, 'writer' | 'records'>,
  workspaceId: string,
  changes: FileChanges | null,
): Promise<void> {
  if (changes) await writer.write(workspaceId, changes);
  else await writer.remove(workspaceId);
  // A removal is over when its runs are asked to end.
  if (changes) await records.finish(workspaceId);
}

export interface Mender {
  /** Goes on where a save was stopped, until it has succeeded. */
  mend(workspaceId: string): void;
  /** Again and again until the engine lists none, in the background after the first time. */
  cancelRuns(workspaceId: string): Promise<void>;
  stop(): void;
}

export function createMender(dependencies: MenderDependencies): Mender {
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
    else if (times > 0)
      later(`runs of ${workspaceId}`, CANCEL_AGAIN_AFTER_MS, () => cancelRuns(workspaceId, times - 1));
  };
  return {
    mend: (workspaceId) => later(workspaceId, MEND_AFTER_MS.first, () => tryMending(workspaceId, MEND_AFTER_MS.first)),
    cancelRuns,
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
