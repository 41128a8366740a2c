import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessIdentity } from '../../workers/process-identity';

/** The process that a file in a data folder names; null when there is none, or it no longer is that process. */
export function processIn(file: string): ProcessIdentity | null {
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
    return isRunning(found) ? found : null;
  } catch {
    return null;
  }
}

/** `kill -9` of exactly this process; returns when it is gone. */
export async function kill9(process_: ProcessIdentity): Promise<void> {
  if (!isRunning(process_)) return;
  process.kill(process_.pid, 'SIGKILL');
  while (isRunning(process_)) await sleep(5);
}
