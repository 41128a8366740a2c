import type { EventHistory } from '../../shared/ports/event-history';
import type { Log } from '../../shared/ports/log';

export interface RetentionDependencies {
  readonly history: Pick<EventHistory, 'deleteBefore' | 'deleteWorkspace' | 'workspaces' | 'search'>;
  readonly workspaces: { has(workspaceId: string): boolean };
  readonly log: Log;
  readonly now?: () => number;
}

export interface RetentionSettings {
  /** EVENTS_RETENTION_DAYS; null = for ever. */
  readonly retentionDays: number | null;
  /** EVENTS_SCHEDULED_DELETION_DAYS: how long a deleted workspace keeps its history. */
  readonly deletionDays: number;
}

const DAY_MS = 86_400_000;

/** Deletes what is too old, and what workspaces have left that were deleted long ago. @returns how many events */
export const createCleanHistory = ({ history, workspaces, now = Date.now }: RetentionDependencies) =>
  async function cleanHistory({ retentionDays, deletionDays }: RetentionSettings): Promise<number> {
    const daysAgo = (days: number): string => new Date(now() - days * DAY_MS).toISOString();
    let deleted = retentionDays === null ? 0 : await history.deleteBefore(daysAgo(retentionDays));
    for (const workspaceId of await history.workspaces()) {
      if (workspaces.has(workspaceId)) continue;
      const [gone] = await history.search(workspaceId, {
        ...{ types: ['workspaces.deleted'], limit: 1, sort: 'desc', appInstanceDepth: 0 },
      });
      // A custom event of that name deletes nothing: only the platform's own says that a workspace is gone.
      const isGone = gone?.source.serviceTopic === 'workspaces.deleted';
      if (isGone && gone.createdAt < daysAgo(deletionDays)) deleted += await history.deleteWorkspace(workspaceId);
    }
    return deleted;
  };

/** Cleans the history now and every hour, one cleaning at a time. */
export function startRetention(
  dependencies: RetentionDependencies,
  settings: RetentionSettings,
  everyMs = 3_600_000,
): { stop(): Promise<void> } {
  const clean = createCleanHistory(dependencies);
  const { log } = dependencies;
  let running: Promise<void> | undefined;
  const turn = (): void => {
    running ??= clean(settings)
      .then(
        (deleted) => deleted > 0 && log.info({ deleted }, 'old events deleted'),
        (error: unknown) => log.error({ err: error }, 'old events could not be deleted'),
      )
      .then(() => void (running = undefined));
  };
  const timer = setInterval(turn, everyMs);
  timer.unref();
  turn();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
