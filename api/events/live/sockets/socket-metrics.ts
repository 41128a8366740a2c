import type { Metrics } from '../../../http/metrics';
import type { HeldPlaces } from '../held-places';
import type { Live } from '../live';
import { newSocketCounts, type SocketCounts } from './socket-counts';

const SECONDS = [1, 10, 60, 600, 3_600, 21_600, 86_400];

/** Numbers of live events. @returns what the server of websockets counts into */
export function registerLiveMetrics(
  metrics: Metrics,
  { sockets, live }: { readonly sockets: HeldPlaces; readonly live: Live },
): SocketCounts {
  const counts = newSocketCounts(
    metrics.histogram('socket_io_connection_duration', 'Seconds that websockets were open', {
      ...{ labels: [], buckets: SECONDS },
    })({}),
  );
  const counter = (name: string, help: string, of: keyof SocketCounts): void =>
    metrics.counter(name, help, () => Number(counts[of]));
  metrics.gauge('socket_io_connected', 'Websockets that are open', () => sockets.total);
  counter('socket_io_connect_total', 'Websockets opened so far', 'connects');
  counter('socket_io_disconnect_total', 'Websockets closed so far', 'disconnects');
  counter('socket_io_events_received_total', 'Messages of clients so far', 'received');
  counter('socket_io_events_sent_total', 'Events sent to clients so far', 'sent');
  counter('socket_io_receive_bytes', 'Bytes of messages of clients so far', 'receivedBytes');
  counter('socket_io_transmit_bytes', 'Bytes of messages to clients so far', 'sentBytes');
  metrics.gauge('subscriptions_total', 'Live subscriptions, of websockets and held requests', () => live.hub.size);
  metrics.gauge('subscriptions_workspaces_total', 'Workspaces with websockets', () => sockets.workspaces);
  return counts;
}
