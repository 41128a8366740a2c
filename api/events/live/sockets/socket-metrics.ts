import type { Metrics } from '../../../http/metrics';
import type { HeldPlaces } from '../held-places';
import type { Live } from '../live';

export interface SocketCounts {
  connects: number;
  disconnects: number;
  received: number;
  sent: number;
}

export function registerLiveMetrics(
  metrics: Metrics,
  { counts, sockets, live }: { readonly counts: SocketCounts; readonly sockets: HeldPlaces; readonly live: Live },
): void {
  metrics.gauge('socket_io_connected', 'Websockets that are open', () => sockets.total);
  metrics.gauge('socket_io_connect_total', 'Websockets opened so far', () => counts.connects);
  metrics.gauge('socket_io_disconnect_total', 'Websockets closed so far', () => counts.disconnects);
  metrics.gauge('socket_io_events_received_total', 'Messages of clients so far', () => counts.received);
  metrics.gauge('socket_io_events_sent_total', 'Events sent to clients so far', () => counts.sent);
  metrics.gauge('subscriptions_total', 'Live subscriptions, of websockets and held requests', () => live.hub.size);
  metrics.gauge('subscriptions_workspaces_total', 'Workspaces with websockets', () => sockets.workspaces);
}
