import { Connection } from '@temporalio/client';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../startup-error';

export interface Readiness {
  readonly address: string;
  readonly namespace: string;
  readonly timeoutMs: number;
  /** Settles when the server has ended: then waiting is pointless. */
  readonly died?: Promise<unknown>;
}

/**
 * Returns when the namespace answers: the port alone opens earlier, and a start in between is refused.
 * @throws Error with the last reason
 */
export async function waitUntilServing({ address, namespace, timeoutMs, died }: Readiness): Promise<void> {
  const end = Date.now() + timeoutMs;
  let dead = false;
  void died?.then(() => (dead = true));
  let last = 'nothing listens';
  while (Date.now() < end) {
    if (dead) throw new Error('it ended by itself');
    try {
      // A gRPC channel that was refused rests for a second before it tries again: it is made when the port is open.
      await knock(address);
      return await askOnce(address, namespace);
    } catch (error) {
      last = messageOf(error);
    }
    await sleep(50);
  }
  throw new Error(`no answer on ${address} within ${timeoutMs / 1000} s (${last})`);
}

/** @throws Error where nothing listens */
function knock(address: string): Promise<void> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 2000 });
    const failed = (error: Error): void => (socket.destroy(), reject(error));
    socket.once('connect', () => (socket.destroy(), resolve()));
    socket.once('timeout', () => failed(new Error('nothing answers')));
    socket.once('error', failed);
  });
}

async function askOnce(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2000 });
  try {
    await connection.withDeadline(Date.now() + 2000, () => connection.workflowService.describeNamespace({ namespace }));
  } finally {
    await connection.close();
  }
}
