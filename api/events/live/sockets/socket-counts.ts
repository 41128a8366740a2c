import type { Server } from 'socket.io';

/** What websockets of this process have done so far. */
export interface SocketCounts {
  connects: number;
  disconnects: number;
  /** Messages of clients. */
  received: number;
  /** Events to clients. */
  sent: number;
  receivedBytes: number;
  sentBytes: number;
  /** Told of each connection that has ended. */
  lasted(seconds: number): void;
}

export const newSocketCounts = (lasted: (seconds: number) => void = () => undefined): SocketCounts => ({
  ...{ connects: 0, disconnects: 0, received: 0, sent: 0, receivedBytes: 0, sentBytes: 0 },
  lasted,
});

interface Packet {
  readonly type: string;
  readonly data?: unknown;
}

/** Bytes of messages, as they are on the wire but for its frames. One connection may carry several namespaces. */
export function countBytes({ engine }: Pick<Server, 'engine'>, counts: SocketCounts): void {
  engine.on('connection', (connection: { on(name: string, listener: (packet: Packet) => void): void }) => {
    connection.on('packet', (packet) => void (counts.receivedBytes += bytesOf(packet)));
    connection.on('packetCreate', (packet) => void (counts.sentBytes += bytesOf(packet)));
  });
}

function bytesOf({ type, data }: Packet): number {
  if (type !== 'message') return 0;
  return typeof data === 'string' || Buffer.isBuffer(data) ? Buffer.byteLength(data) : 0;
}
