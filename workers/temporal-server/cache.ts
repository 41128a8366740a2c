import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PINNED_CLI, requireUsable } from './version';

/** One file for each version, so that two checkouts on different versions share a cache in peace. */
export const cachedExecutable = (cacheDir: string): string => join(cacheDir, 'temporal', `temporal-${PINNED_CLI}`);

/**
 * Fills the cache from whatever `unpack` leaves in a scratch folder. The executable is tried before it is moved in, and
 * the move is atomic: the cache never holds a half download, and two starts at once do no harm.
 * @param unpack fills the folder and returns the executable's path inside it
 */
export async function fillCache(cacheDir: string, unpack: (scratch: string) => Promise<string>): Promise<string> {
  const target = cachedExecutable(cacheDir);
  mkdirSync(dirname(target), { recursive: true });
  // Inside the cache folder, not in /tmp: a move across file systems would not be atomic.
  const scratch = mkdtempSync(join(dirname(target), 'fetch-'));
  try {
    const executable = await unpack(scratch);
    chmodSync(executable, 0o755);
    await requireUsable(executable);
    renameSync(executable, target);
    return target;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
