/** The events service alone: embedded stores, HTTP, held requests and websockets, with users that a test can change. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventsHandlers } from '../../api/events/events-handlers';
import { startHistoryConsumer } from '../../api/events/history-consumer';
import { HeldPlaces } from '../../api/events/live/held-places';
import { Live } from '../../api/events/live/live';
import { defaultLiveSettings, type LiveSettings } from '../../api/events/live/live-settings';
import { createLongPoll } from '../../api/events/live/long-poll';
import { createSocketIds } from '../../api/events/live/socket-ids';
import { attachSockets } from '../../api/events/live/sockets/socket-server';
import { appBehindGateway } from './front-door';
import { createMetrics } from '../../api/http/metrics';
import { contractFile } from '../../api/http/openapi';
import { defaultHttpSettings } from '../../api/http/settings';
import { Api, type ApiOptions } from '../../client/src';
import { openEmbeddedStores } from '../../shared/drivers/embedded';
import { NO_AUTHORIZATIONS } from '../../shared/core/permissions/rule';
import { rulesPermissions } from '../../shared/drivers/permissions/rules';
import type { Event } from '../../shared/core/events/event';
import { SEARCH_LIMITS } from '../../shared/testing/contracts/event-search';
import { fakeLog } from '../../shared/testing/fakes/log';
import { askEvents } from './ask-events';
import { eventually } from './eventually';
import { usersByToken, type User } from './users';

export interface LiveServerOptions {
  readonly settings?: Partial<LiveSettings>;
  /** Of the log; older events are in the history only. */
  readonly keepLog?: number;
  /** How soon rights that change are seen; faster than in the product unless told. */
  readonly checkEveryMs?: number;
}

export const OWNER: User = { userId: 'owner', sessionId: 'owner', role: 'owner' };
const host = { service: 'events', replica: 'test' };

export type LiveServer = Awaited<ReturnType<typeof startLiveServer>>;

export async function startLiveServer({ settings, keepLog, checkEveryMs = 50 }: LiveServerOptions = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-live-'));
  const stores = await openEmbeddedStores(dir, { groups: ['history'], keepLog });
  const { broker, db, history, feed, topics } = stores;
  const users = new Map<string, User>([['owner', OWNER]]);
  const { identity, roles } = usersByToken(users);
  const workspaceIds = new Set(['acme', 'other']);
  const workspaces = { has: (id: string) => workspaceIds.has(id) };
  const log = fakeLog();
  const permissions = rulesPermissions({ authorizationsOf: () => NO_AUTHORIZATIONS, store: stores.access });
  const secret = Buffer.alloc(32, 7);
  const liveSettings = { ...defaultLiveSettings, ...settings };
  const live = new Live({
    feed,
    topics,
    identity,
    roles,
    permissions,
    workspaces,
    log,
    secret,
    settings: liveSettings,
    checkEveryMs: 100,
  });
  const handlers = createEventsHandlers({
    ...{ broker, history, topics, workspaces, host, eventMaxLength: 100_000, searchLimits: SEARCH_LIMITS },
    permissions,
  });
  const { sendEvents, searchEvents } = handlers as Required<typeof handlers>;
  const places = new HeldPlaces(liveSettings.pollsPerWorkspace, 'held requests');
  const sockets = new HeldPlaces(liveSettings.socketsPerWorkspace, 'websockets');
  const app = appBehindGateway({
    services: [
      {
        contract: contractFile('events'),
        handlers: { ...handlers, searchEvents: createLongPoll({ live, places, workspaces }, searchEvents!) },
      },
    ],
    identity,
    roles,
    log,
    metrics: createMetrics({ processDefaults: false }),
    settings: defaultHttpSettings,
    health: async () => [],
  });
  const server = createServer(app);
  const counts = { connects: 0, disconnects: 0, received: 0, sent: 0 };
  const attached = attachSockets(server, {
    ...{ live, identity, roles, workspaces, log, counts, trustForwardedFor: false },
    send: sendEvents!,
    socketIds: createSocketIds(secret),
    places: sockets,
  });
  await startHistoryConsumer({ broker, history });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url, live, broker, db, topics, users, workspaceIds, counts, sockets, places, log },
    checkEveryMs,
    ask: askEvents(url),
    api: (token?: string, options: Partial<ApiOptions> = {}) => new Api({ host: `${url}/v2`, token, ...options }),
    /** Appends, and waits until the hub has looked at it. */
    async publish(...events: readonly Event[]): Promise<void> {
      const appended = await broker.append(events.map((event) => ({ event })));
      const last = appended[appended.length - 1]?.position ?? '';
      await eventually('the hub has seen it', async () => live.hub.position >= last, { everyMs: 2 });
    },
    async stop(): Promise<void> {
      attached.close();
      await live.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await stores.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
