import { memoryAnswerChannel } from '../shared/drivers/answer-channel/memory';
import { openEmbeddedStores } from '../shared/drivers/embedded';
import { tokenBuckets } from '../shared/drivers/rate-limits/token-buckets';
import type { Config } from './config';
import { openKeyring } from './encryption-keys';
import type { WorkspaceLimits } from './workspace-limits';
import type { WorkspaceSecrets } from './workspace-secrets';

/** Consumers of events; declared before traffic, so that none misses any. */
const CONSUMER_GROUPS = ['history', 'triggers', 'waits'] as const;

const SWEEP_EVERY_MS = 60_000;

/** How long Temporal's dev server keeps the history of an ended run. */
const HISTORY_KEEP_MS = 86_400_000;

/** Every store of the embedded default, and the channel that answers come by. */
export async function openStores(
  config: Pick<Config, 'dataDir' | 'contexts' | 'events' | 'limits' | 'traceKeepMs' | 'idempotencyKeepMs'>,
  secrets: WorkspaceSecrets,
  limits: WorkspaceLimits,
  onError: (error: unknown) => void,
) {
  const { runExpireMs: runMs, sessionExpireMs: sessionMs, socketExpireMs: socketMs } = config.contexts;
  const keyring = openKeyring(config.dataDir);
  const stores = await openEmbeddedStores(config.dataDir, {
    groups: CONSUMER_GROUPS,
    lifetimes: { runMs, sessionMs, socketMs },
    secrets: { secretsOf: (workspaceId) => secrets.texts(workspaceId), keyring },
    eventMaxLength: config.limits.eventMaxLength,
    searchTimeoutMs: config.events.searchTimeoutMs,
    host: { service: 'runtime', replica: `${process.pid}` },
    contextsMaxBytes: limits.contextsMaxBytes,
    // A repeated call is answered from the trace, and the engine's own history may still be looked at.
    keepTracesMs: Math.max(config.traceKeepMs, config.idempotencyKeepMs, HISTORY_KEEP_MS),
  });
  // Before anything runs, and for ever: a run that knows one may outlive the setting.
  await stores.secretWorkspaces.add(secrets.workspaces);
  const sweep = setInterval(() => void stores.sweep().catch(onError), SWEEP_EVERY_MS);
  return {
    ...stores,
    keyring,
    rates: tokenBuckets(limits.rateOf),
    answers: memoryAnswerChannel({ onError }),
    /** Everything acknowledged is on disk when this resolves. Stop workers first. */
    async close(): Promise<void> {
      clearInterval(sweep);
      await stores.close();
    },
  };
}

export type Stores = Awaited<ReturnType<typeof openStores>>;
