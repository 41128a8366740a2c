/** Child processes of a benchmark: started on free ports of 127.0.0.1, ended by their pid, whatever happens. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** @type {Set<import('node:child_process').ChildProcess>} */
const alive = new Set();

/**
 * @param {{ args: string[], env: Record<string, string>, ready(): Promise<boolean>, name: string, timeoutMs?: number }} options
 */
export async function startNode({ args, env, ready, name, timeoutMs = 90_000 }) {
  // Nothing of the caller's settings: only what a process needs to run at all.
  const { PATH = '', HOME = '', OSTINATO_CACHE_DIR, OSTINATO_TEMPORAL_BIN } = process.env;
  const inherited = { PATH, HOME, ...only({ OSTINATO_CACHE_DIR, OSTINATO_TEMPORAL_BIN }) };
  const child = spawn(process.execPath, args, { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  alive.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said = (said + chunk).slice(-8_000);
      if (process.env.BENCH_VERBOSE) process.stderr.write(`[${name}] ${chunk}`);
    });
  let gone = false;
  child.once('exit', () => {
    gone = true;
    alive.delete(child);
  });
  for (const end = Date.now() + timeoutMs; !(await ready().catch(() => false)); await sleep(100)) {
    if (gone) throw new Error(`${name} ended by itself:\n${said}`);
    if (Date.now() < end) continue;
    await stop(child);
    throw new Error(`${name} was not ready within ${timeoutMs / 1000} s:\n${said}`);
  }
  return { pid: Number(child.pid), stop: () => stop(child), said: () => said };
}

/** @param {import('node:child_process').ChildProcess} child */
async function stop(child, graceMs = 20_000) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(kill);
}

/** @type {(() => Promise<void>)[]} */
const servers = [];

/** A server that is not a child started here, but has to end with the rest. @param {() => Promise<void>} end */
export const alsoStop = (end) => void servers.push(end);

/** The last one first: a client must not outlive its server. */
export async function stopAll() {
  for (const child of [...alive].reverse()) await stop(child);
  for (const end of servers.splice(0)) await end();
}

/** @param {number} count */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports = [];
  for (const server of servers) {
    if (!server.listening) await once(server, 'listening');
    ports.push(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
  }
  for (const server of servers) server.close();
  return ports;
}

const only = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
