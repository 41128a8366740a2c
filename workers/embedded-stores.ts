import { memoryAnswerChannel } from '../shared/drivers/answer-channel/memory';
import { openEmbeddedStores } from '../shared/drivers/embedded';
import type { Config } from './config';
import { traceKey, type WorkspaceSecrets } from './workspace-secrets';

/** Consumers of events; declared before traffic, so that none misses any. */
const CONSUMER_GROUPS = ['history', 'triggers', 'waits'] as const;

const SWEEP_EVERY_MS = 60_000;

/** Every store of the embedded default, and the channel that answers come by. */
export async function openStores(
  config: Pick<Config, 'dataDir' | 'contexts' | 'events' | 'limits'>,
  secrets: WorkspaceSecrets,
  onError: (error: unknown) => void,
) {
  const { runExpireMs: runMs, sessionExpireMs: sessionMs, socketExpireMs: socketMs } = config.contexts;
  const stores = await openEmbeddedStores(config.dataDir, {
    groups: CONSUMER_GROUPS,
    lifetimes: { runMs, sessionMs, socketMs },
    secrets: { secretsOf: (workspaceId) => secrets.texts(workspaceId), key: traceKey(config.dataDir) },
    eventMaxLength: config.limits.eventMaxLength,
    searchTimeoutMs: config.events.searchTimeoutMs,
    contextsMaxBytes: () => config.contexts.maxBytes,
  });
  const sweep = setInterval(() => void stores.sweep().catch(onError), SWEEP_EVERY_MS);
  return {
    ...stores,
    answers: memoryAnswerChannel({ onError }),
    /** Everything acknowledged is on disk when this resolves. Stop workers first. */
    async close(): Promise<void> {
      clearInterval(sweep);
      await stores.close();
    },
  };
}

export type Stores = Awaited<ReturnType<typeof openStores>>;
