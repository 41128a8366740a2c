import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess, isRunning, type ProcessIdentity } from '../process-identity';

/** Remembers a child process so that the next start can end it if we were killed before we could. */
export function writePidfile(path: string, pid: number): void {
  const identity = identifyProcess(pid);
  if (identity === null) return; // Dead already: nothing to remember.
  writeFileSync(`${path}.new`, JSON.stringify(identity));
  renameSync(`${path}.new`, path);
}

export function removePidfile(path: string): void {
  rmSync(path, { force: true });
}

/**
 * Ends the process that a pidfile names, if it still is that process: two servers on one database would corrupt it. It is
 * not reused, because nobody knows with which flags or version it was started.
 * @returns the pid that was ended, null when there was none
 */
export async function endOrphan(path: string, graceMs = 10_000): Promise<number | null> {
  const orphan = readPidfile(path);
  if (orphan === null || !isRunning(orphan)) {
    removePidfile(path);
    return null;
  }
  await endProcess(orphan, graceMs);
  removePidfile(path);
  return orphan.pid;
}

/** SIGTERM, then after the grace SIGKILL; returns when the process is gone. */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!trySignal(identity, signal)) return;
    for (const end = Date.now() + graceMs; Date.now() < end;) {
      if (!isRunning(identity)) return;
      await sleep(20);
    }
  }
  if (isRunning(identity)) throw new Error(`process ${identity.pid} does not end, not even by SIGKILL`);
}

function trySignal(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function readPidfile(path: string): ProcessIdentity | null {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const isIdentity =
      typeof found === 'object' &&
      found !== null &&
      'pid' in found &&
      typeof found.pid === 'number' &&
      'began' in found &&
      typeof found.began === 'string';
    return isIdentity ? (found as ProcessIdentity) : null;
  } catch {
    return null; // Missing, or cut off by a crash: then the child had not been started yet.
  }
}
