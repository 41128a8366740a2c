import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What `temporal --version` says, e.g. `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
export interface TemporalVersion {
  readonly cli: string;
  readonly server: string;
}

/** The version we download: measured and tested with the SDK in package.json. */
export const PINNED_CLI = '1.9.1';

/**
 * Older servers know neither the search attributes we list by nor fairness keys, and answer eager starts differently.
 * 1.28 is the first one with priority; what is newer only adds.
 */
export const MINIMUM_SERVER = '1.28.0';

/** Asks an executable for its version. @throws Error with a reason that reads well after "cannot use PATH: " */
export async function readTemporalVersion(executable: string): Promise<TemporalVersion> {
  const { stdout } = await promisify(execFile)(executable, ['--version'], { timeout: 10_000, env: {} }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new Error(`it does not run (${String(error.code ?? error.message)})`, { cause: error });
    },
  );
  const found = /version v?(\d+\.\d+\.\d+)\S* \(Server (\d+\.\d+\.\d+)/i.exec(stdout);
  if (!found?.[1] || !found[2]) throw new Error(`it does not name its server: "${stdout.trim().slice(0, 100)}"`);
  return { cli: found[1], server: found[2] };
}

/** @throws Error when the server inside is older than MINIMUM_SERVER */
export async function requireUsable(executable: string): Promise<TemporalVersion> {
  const version = await readTemporalVersion(executable);
  if (!isAtLeast(version.server, MINIMUM_SERVER)) {
    throw new Error(`its server ${version.server} is older than ${MINIMUM_SERVER}`);
  }
  return version;
}

/** Compares dotted numbers. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [a, b] = [version.split('.').map(Number), minimum.split('.').map(Number)];
  for (let i = 0; i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
