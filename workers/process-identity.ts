import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process beyond doubt. A pid alone is reused by the system, after a reboot within minutes, so the moment at which the
 * process began belongs to its identity.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: compare, never parse. */
  readonly began: string;
}

/** Null when no such process runs. A zombie (dead, not yet reaped by its parent) counts as not running. */
export function identifyProcess(pid: number): ProcessIdentity | null {
  const began = process.platform === 'linux' ? beganLinux(pid) : beganElsewhere(pid);
  return began === null ? null : { pid, began };
}

/** Ourselves. */
export function ownIdentity(): ProcessIdentity {
  // Without /proc and without ps we still know our pid; another process will then trust the pid alone.
  return identifyProcess(process.pid) ?? { pid: process.pid, began: 'unknown' };
}

/** True while exactly this process runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.began === identity.began;
}

function beganLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may itself hold blanks and brackets: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticksSinceBoot] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || ticksSinceBoot === undefined) return null;
    return `${bootId()}:${ticksSinceBoot}`;
  } catch {
    return null; // No such folder in /proc: no such process.
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'boot'; // Some sandboxes hide it; the ticks alone still tell two processes of one boot apart.
  }
}

function beganElsewhere(pid: number): string | null {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' || line.startsWith('Z') ? null : line.slice(line.indexOf(' ') + 1).trim();
  } catch {
    return null; // ps exits with 1 for an unknown pid.
  }
}
