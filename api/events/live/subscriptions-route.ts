import { withInternalKey } from '../../http/supervision';
import type { SystemRoute } from '../../http/system-routes';
import type { HeldPlaces } from './held-places';

export interface SubscriptionsParts {
  readonly internalKey: string;
  /** Name of this process among those that serve events. */
  readonly replica: string;
  readonly sockets: Pick<HeldPlaces, 'total' | 'held'>;
  readonly polls: Pick<HeldPlaces, 'total' | 'held'>;
}

/** GET /sys/subscriptions: who is connected to this process, by workspace. A process follows the log for itself. */
export const subscriptionsRoute = ({ internalKey, replica, sockets, polls }: SubscriptionsParts): SystemRoute => ({
  path: '/sys/subscriptions',
  answer: withInternalKey(internalKey, async () => ({
    body: {
      ...{ topic: replica, cluster: [replica], sockets: sockets.total, heldRequests: polls.total },
      subscribers: Object.fromEntries(
        [...new Set([...Object.keys(sockets.held), ...Object.keys(polls.held)])]
          .sort()
          .map((workspaceId) => [
            workspaceId,
            { sockets: sockets.held[workspaceId] ?? 0, heldRequests: polls.held[workspaceId] ?? 0 },
          ]),
      ),
    },
  })),
});
