import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cachedExecutable } from '../../workers/temporal-server/cache';

/** The Temporal CLI: the setting, the PATH, our cache. `npm test` gives the setting. */
export function temporalExecutable(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env.OSTINATO_CACHE_DIR || join(homedir(), '.cache', 'ostinato');
  const onPath = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'temporal'));
  const found = [env.OSTINATO_TEMPORAL_BIN ?? '', ...onPath, cachedExecutable(cache)].find(
    (path) => path !== '' && existsSync(path),
  );
  if (found === undefined) throw new Error('No Temporal CLI: run `npm test`, or set OSTINATO_TEMPORAL_BIN');
  return found;
}

/** Runs `temporal ...` against a server, as an operator does. @returns what it prints */
export async function temporalCli(address: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(temporalExecutable(), [...args, '--address', address], {
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
    env: {}, // Nothing of this shell's TEMPORAL_* settings.
  });
  return stdout;
}
