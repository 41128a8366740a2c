import { isPlatformError } from '../../shared/core/errors/errors';
import { writeConfig } from '../../shared/core/workspaces/write-config';
import type { ConfigWrite, ConfigWrites } from '../../shared/ports/config-writes';
import type { Change, Deployments } from '../../shared/ports/deployments';
import { drainQueue, type DrainOptions } from '../drain-queue';
import { newCorrelationId } from '../http/correlation-id';
import { announce, type AnnounceDependencies } from '../http/announce';
import { indexFile } from './documents';
import { workspaceEvents } from './one-workspace';

interface Dependencies extends AnnounceDependencies {
  readonly writes: ConfigWrites;
  readonly deployments: Pick<Deployments, 'change' | 'view'>;
}

/**
 * Saves what runs set in `config`, as somebody who edits the file would: it is deployed, and later runs read it. Writes that
 * come together are one save. After a crash in the middle the last are saved again; only a `push` can tell.
 */
export const startConfigWrites = (dependencies: Dependencies, options: DrainOptions = {}): { stop(): Promise<void> } =>
  drainQueue(
    dependencies.writes,
    {
      async take(batch) {
        for (const workspaceId of new Set(batch.map((write) => write.workspaceId)))
          await save(
            dependencies,
            workspaceId,
            batch.filter((write) => write.workspaceId === workspaceId),
          );
      },
      failed: (error) => dependencies.log.error({ err: error }, 'a config could not be saved; it is tried again'),
    },
    options,
  );

async function save(dependencies: Dependencies, workspaceId: string, writes: readonly ConfigWrite[]): Promise<void> {
  const { deployments, log } = dependencies;
  if (!deployments.view(workspaceId)) return;
  let saved: Change;
  try {
    saved = await deployments.change(workspaceId, (view) => {
      if (!view) return null;
      const place = { indexFile: indexFile(view.files), release: view.release };
      const changes = writeConfig(view.files, writes, place);
      return Object.keys(changes).length === 0 ? null : { changes, message: 'config set by a run' };
    });
  } catch (error) {
    if (!isPlatformError(error) || error.status >= 500) throw error;
    // A release that is refused now is refused the next time, too.
    log.error(
      { workspaceId, err: error },
      'what a run has set in the config is not saved: it would break the workspace',
    );
    return;
  }
  if (saved.changed && saved.before)
    await announce(
      dependencies,
      { caller: { correlationId: newCorrelationId() }, http: {} },
      workspaceEvents(saved.before, saved.after),
    );
}
