import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GatewayExchange } from '../exchange';

export interface Sent {
  readonly path: string;
  readonly search: string;
  /** Until the head of the answer is there. */
  readonly timeoutMs: number;
  readonly bodyLimitBytes: number;
}

/** A service, wherever it runs. Headers of the exchange are as they are to be sent. */
export interface Target {
  request(exchange: GatewayExchange, sent: Sent): Promise<void>;
  upgrade?(exchange: GatewayExchange, sent: Sent): Promise<void>;
}

/** A service of this very process: an HTTP server that need not listen. */
export interface LocalService {
  emit(event: 'request', request: IncomingMessage, response: ServerResponse): boolean;
  emit(event: 'upgrade', request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  listenerCount(event: 'upgrade'): number;
}
