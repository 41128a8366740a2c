import { createServer } from 'node:net';
import { StartupError } from '../startup-error';

const LAPS = 200;

/** @returns the wanted port on loopback, or the next free one above it that is not in `except` */
export async function nextFreePort(wanted: number, except: readonly number[] = []): Promise<number> {
  for (let port = wanted; port < wanted + LAPS && port <= 65_535; port++) {
    if (!except.includes(port) && (await isFree(port))) return port;
  }
  throw new StartupError(
    `None of the ports ${wanted} to ${wanted + LAPS - 1} is free on 127.0.0.1.`,
    'Choose others with TEMPORAL_PORT and TEMPORAL_UI_PORT.',
  );
}

/** Both loopback and all addresses are tried: a server bound to 0.0.0.0 takes a port that 127.0.0.1 could still bind. */
async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
