import type { Server } from 'node:http';
import type { Handlers } from '../api/http/contract';
import type { Metrics } from '../api/http/metrics';
import { HeldPlaces } from '../api/events/live/held-places';
import { Live } from '../api/events/live/live';
import { createLongPoll } from '../api/events/live/long-poll';
import { createSocketIds } from '../api/events/live/socket-ids';
import { registerLiveMetrics } from '../api/events/live/sockets/socket-metrics';
import { attachSockets } from '../api/events/live/sockets/socket-server';
import type { Identity, Roles } from '../shared/ports/access';
import type { Log } from '../shared/ports/log';
import type { Config } from './config';
import type { Stores } from './embedded-stores';
import { traceKey } from './workspace-secrets';

export interface EmbeddedLiveParts {
  readonly config: Config;
  readonly stores: Stores;
  readonly identity: Identity;
  readonly roles: Roles;
  readonly workspaces: { has(workspaceId: string): boolean };
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Live events of the embedded default: the hub, held requests and websockets. */
export function createEmbeddedLive({ config, stores, identity, roles, workspaces, log, metrics }: EmbeddedLiveParts) {
  const { feed, topics } = stores;
  const settings = config.live;
  const secret = traceKey(config.dataDir);
  const live = new Live({ feed, topics, identity, roles, workspaces, log, secret, settings });
  const sockets = new HeldPlaces(settings.socketsPerWorkspace, 'websockets');
  const polls = new HeldPlaces(settings.pollsPerWorkspace, 'held requests');
  const counts = { connects: 0, disconnects: 0, received: 0, sent: 0 };
  registerLiveMetrics(metrics, { counts, sockets, live });
  return {
    /** GET events answers `wait` and `afterId` too. */
    withLongPolls: ({ searchEvents, ...others }: Handlers): Handlers => {
      if (!searchEvents) throw new Error('cannot happen: GET events has a handler');
      return { ...others, searchEvents: createLongPoll({ live, places: polls, workspaces }, searchEvents) };
    },
    attach(server: Server, { sendEvents }: Handlers, { trustForwardedFor }: { readonly trustForwardedFor: boolean }) {
      if (!sendEvents) throw new Error('cannot happen: POST events has a handler');
      return attachSockets(server, {
        ...{ live, identity, roles, workspaces, log, counts, trustForwardedFor },
        send: sendEvents,
        socketIds: createSocketIds(secret),
        places: sockets,
      });
    },
    close: () => live.close(),
  };
}
