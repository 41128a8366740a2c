import type { Server } from 'node:http';
import { createEventsHandlers } from '../api/events/events-handlers';
import { HeldPlaces } from '../api/events/live/held-places';
import { Live } from '../api/events/live/live';
import { createLongPoll } from '../api/events/live/long-poll';
import { subscriptionsRoute } from '../api/events/live/subscriptions-route';
import { createSocketIds } from '../api/events/live/socket-ids';
import { registerLiveMetrics } from '../api/events/live/sockets/socket-metrics';
import { attachSockets } from '../api/events/live/sockets/socket-server';
import type { Handlers } from '../api/http/contract';
import type { createEventMetrics } from '../api/http/event-metrics';
import type { Metrics } from '../api/http/metrics';
import type { Host } from '../api/http/mint-event';
import type { ApiKeys, Identity, Permissions, Roles } from '../shared/ports/access';
import type { Log } from '../shared/ports/log';
import type { Config } from './config';
import type { Stores } from './embedded-stores';

export interface EmbeddedEventsParts {
  readonly config: Config;
  readonly stores: Stores;
  readonly identity: Identity;
  readonly roles: Roles;
  readonly permissions: Permissions;
  readonly apiKeys: ApiKeys;
  readonly workspaces: { has(workspaceId: string): boolean };
  readonly host: Host;
  /** Key of internal calls. */
  readonly internalKey: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly eventMetrics: Pick<ReturnType<typeof createEventMetrics>, 'feed'>;
}

/** The events service of the embedded default: sending and searching over HTTP, held requests, websockets. */
export function createEmbeddedEvents(parts: EmbeddedEventsParts) {
  const { config, stores, identity, roles, permissions, apiKeys, workspaces, log, metrics } = parts;
  const { topics } = stores;
  const feed = parts.eventMetrics.feed(stores.feed, 'live');
  const settings = config.live;
  const { secret } = stores.keyring.current;
  const live = new Live({
    ...{ feed, topics, identity, roles, permissions, apiKeys, workspaces, log, secret, settings },
  });
  const sockets = new HeldPlaces(settings.socketsPerWorkspace, 'websockets');
  const polls = new HeldPlaces(settings.pollsPerWorkspace, 'held requests');
  const counts = registerLiveMetrics(metrics, { sockets, live });
  const { sendEvents, searchEvents, ...others } = storedHandlers(parts);
  if (!sendEvents || !searchEvents) throw new Error('cannot happen: events are sent and searched by handlers');
  return {
    handlers: {
      ...{ ...others, sendEvents },
      // GET events answers `wait` and `afterId` too.
      searchEvents: createLongPoll({ live, places: polls, workspaces }, searchEvents),
    } satisfies Handlers,
    attach: (server: Server, { trustForwardedFor }: { readonly trustForwardedFor: boolean }) =>
      attachSockets(server, {
        ...{ live, identity, roles, apiKeys, workspaces, log, counts, trustForwardedFor },
        apiKeyHeader: config.gateway.names.apiKey,
        send: sendEvents,
        socketIds: createSocketIds(secret),
        places: sockets,
      }),
    route: subscriptionsRoute({ internalKey: parts.internalKey, replica: parts.host.replica, sockets, polls }),
    close: () => live.close(),
  };
}

const storedHandlers = ({ config, stores, permissions, workspaces, host }: EmbeddedEventsParts): Handlers =>
  createEventsHandlers({
    ...{ broker: stores.broker, history: stores.history, topics: stores.topics, permissions, workspaces, host },
    eventMaxLength: config.limits.eventMaxLength,
    searchLimits: config.events.search,
  });
