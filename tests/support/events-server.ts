/** The stored half of the events service alone: embedded stores and HTTP, with users that a test names by their token. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventsHandlers } from '../../api/events/events-handlers';
import { appBehindGateway } from './front-door';
import { createMetrics } from '../../api/http/metrics';
import { contractFile } from '../../api/http/openapi';
import { defaultHttpSettings } from '../../api/http/settings';
import type { Event } from '../../shared/core/events/event';
import { openEmbeddedStores } from '../../shared/drivers/embedded';
import { NO_AUTHORIZATIONS } from '../../shared/core/permissions/rule';
import { rulesPermissions } from '../../shared/drivers/permissions/rules';
import { SEARCH_LIMITS } from '../../shared/testing/contracts/event-search';
import { fakeLog } from '../../shared/testing/fakes/log';
import { serve } from '../../shared/testing/fakes/serve';
import { askEvents } from './ask-events';
import { usersByToken, type User } from './users';

export type EventsServer = Awaited<ReturnType<typeof startEventsServer>>;

export async function startEventsServer(options: { readonly searchTimeoutMs?: number } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-events-'));
  const stores = await openEmbeddedStores(dir, { groups: ['history'], ...options });
  const { broker, history, topics } = stores;
  const users = new Map<string, User>([['owner', { userId: 'owner', sessionId: 'owner', role: 'owner' }]]);
  const host = { service: 'events', replica: 'test' };
  const app = appBehindGateway({
    services: [
      {
        contract: contractFile('events'),
        handlers: createEventsHandlers({
          ...{ broker, history, topics, host, eventMaxLength: 100_000, searchLimits: SEARCH_LIMITS },
          permissions: rulesPermissions({ authorizationsOf: () => NO_AUTHORIZATIONS, store: stores.access }),
          workspaces: { has: (id) => id !== 'nowhere' },
        }),
      },
    ],
    ...usersByToken(users),
    log: fakeLog(),
    metrics: createMetrics({ processDefaults: false }),
    settings: defaultHttpSettings,
    health: async () => [],
  });
  const { url, close } = await serve(app);
  let position = 0;
  return {
    ...{ url, users, history, topics, db: stores.db },
    async store(...events: readonly Event[]): Promise<void> {
      await history.store(events.map((event) => ({ event, position: String(++position).padStart(16, '0') })));
    },
    ask: askEvents(url),
    async stop(): Promise<void> {
      await close();
      await stores.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
