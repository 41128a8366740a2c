import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess } from '../process-identity';
import { messageOf, StartupError } from '../startup-error';
import { launchFlags } from './launch-flags';
import { endOrphan, endProcess, removePidfile, writePidfile } from './pidfile';
import { nextFreePort } from './ports';
import { waitUntilServing } from './readiness';

export interface DevServerOptions {
  /** The Temporal CLI, see acquireTemporal. */
  readonly executable: string;
  /** Holds database, log and pidfile: `DATA_DIR/temporal`. The caller holds the lock of DATA_DIR. */
  readonly directory: string;
  /** TEMPORAL_PORT and TEMPORAL_UI_PORT: the next free ones are taken when these are not. */
  readonly port?: number;
  readonly uiPort?: number;
  readonly namespace?: string;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  readonly readyTimeoutMs?: number;
  /** How long SIGTERM may take before SIGKILL. */
  readonly stopGraceMs?: number;
  readonly say?: (line: string) => void;
}

export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True after stop(): anything else is a crash that the process above has to act on. */
  readonly expected: boolean;
}

export interface DevServer {
  /** host:port of the gRPC service. */
  readonly address: string;
  /** URL of the web UI. */
  readonly uiAddress: string;
  readonly namespace: string;
  readonly pid: number;
  /** Idempotent. Stop workers and clients first. */
  stop(): Promise<void>;
  /** Never rejects. */
  readonly exited: Promise<ServerExit>;
}

/**
 * Runs Temporal's dev server as a child process on a database file, and returns when its namespace answers. A server that
 * a killed start of ours left behind on this folder is ended first.
 * @throws StartupError with the end of the server's log when it does not come up
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { directory, say = () => undefined, namespace = 'default', stopGraceMs = 15_000 } = options;
  mkdirSync(directory, { recursive: true });
  const [pidfile, logFile] = [join(directory, 'server.pid'), join(directory, 'server.log')];
  const orphan = await endOrphan(pidfile);
  if (orphan !== null) say(`ended the Temporal server ${orphan} that an earlier start left behind`);
  const port = await nextFreePort(options.port ?? 7233);
  const uiPort = await nextFreePort(options.uiPort ?? 8233, [port]);
  const databaseFile = join(directory, 'temporal.db');
  const flags = launchFlags({ port, uiPort, databaseFile, namespace, logLevel: options.logLevel ?? 'error' });
  const child = spawnServer(options.executable, flags, { directory, logFile });
  const watched = watch(child, pidfile, stopGraceMs);
  const address = `127.0.0.1:${port}`;
  try {
    await waitUntilServing({ address, namespace, timeoutMs: options.readyTimeoutMs ?? 60_000, died: watched.exited });
  } catch (error) {
    await watched.stop();
    throw notServing(error, logFile);
  }
  return { address, uiAddress: `http://127.0.0.1:${uiPort}`, namespace, pid: child.pid ?? -1, ...watched };
}

function spawnServer(executable: string, flags: string[], to: { directory: string; logFile: string }): ChildProcess {
  // One log a start, the previous one kept: enough to look into a crash, and bounded.
  if (existsSync(to.logFile)) renameSync(to.logFile, `${to.logFile}.1`);
  const log = openSync(to.logFile, 'a');
  try {
    return spawn(executable, flags, {
      // A file and not a pipe: a pipe to us would break, and end the server at its next line, when we are killed.
      stdio: ['ignore', log, log],
      // A process group of its own: Ctrl-C in the terminal must not take the server from under workers that drain.
      detached: true,
      // Nothing of our environment: TEMPORAL_* variables and a configuration in HOME would change the server.
      // GOGC=400 trades some memory for less CPU a run (12.2 against 13.0 ms, measured on a loaded machine).
      env: { GOGC: '400', HOME: to.directory, TMPDIR: to.directory },
    });
  } finally {
    closeSync(log);
  }
}

function watch(child: ChildProcess, pidfile: string, graceMs: number): Pick<DevServer, 'stop' | 'exited'> {
  if (child.pid !== undefined) writePidfile(pidfile, child.pid);
  const identity = child.pid === undefined ? null : identifyProcess(child.pid);
  let stopping = false;
  const exited = new Promise<ServerExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, expected: stopping }));
    child.once('error', () => resolve({ code: null, signal: null, expected: stopping })); // It could not be started.
  }).then((exit) => {
    removePidfile(pidfile);
    return exit;
  });
  return {
    exited,
    async stop() {
      stopping = true;
      if (identity !== null) await endProcess(identity, graceMs);
      await exited;
    },
  };
}

function notServing(error: unknown, logFile: string): StartupError {
  const reason = messageOf(error);
  const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-15).join('\n');
  return new StartupError(
    `The Temporal server did not come up: ${reason}.\nThe end of its log ${logFile}:\n${tail || '(empty)'}`,
    'If the log names the database, move the file away (its runs go with it); if it names a port, choose another one.',
    [],
    { cause: error },
  );
}
