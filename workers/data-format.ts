import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from './startup-error';

/** Format of everything under DATA_DIR taken together; each store has a version of its own beside it. */
export const DATA_FORMAT_VERSION = 1;

/** `migrations[n]` lifts a folder from version n to n + 1. Must be repeatable: a crash in the middle runs it again. */
export type DataMigrations = Readonly<Record<number, (dir: string) => void | Promise<void>>>;

/** None yet: version 1 is the first. */
const MIGRATIONS: DataMigrations = {};

const FORMAT_FILE = 'format.json';

/**
 * Brings a data folder to the version that this build reads. Call with the folder locked.
 * @returns the version that was found, null for a new folder
 * @throws StartupError for a folder written by a newer build, or one that no migration covers
 */
export async function migrateDataDir(
  dir: string,
  version: number = DATA_FORMAT_VERSION,
  migrations: DataMigrations = MIGRATIONS,
): Promise<number | null> {
  const found = readVersion(dir);
  if (found === null) {
    writeVersion(dir, version);
    return null;
  }
  if (found > version) {
    throw new StartupError(
      `The data folder ${dir} has format ${found}; this build of Ostinato reads up to ${version}.`,
      'Start the newer build that wrote it, or give this one another folder with DATA_DIR.',
    );
  }
  for (let from = found; from < version; from++) {
    const migrate = migrations[from];
    if (migrate === undefined) {
      throw new StartupError(
        `The data folder ${dir} has format ${found}, and this build has no way from ${from} to ${from + 1}.`,
        'Start a build in between first, or give this one another folder with DATA_DIR.',
      );
    }
    await migrate(dir);
    writeVersion(dir, from + 1); // After each step, so that a crash repeats one migration and not all.
  }
  return found;
}

function readVersion(dir: string): number | null {
  const path = join(dir, FORMAT_FILE);
  if (!existsSync(path)) return refuseForeign(dir);
  const found = parse(readFileSync(path, 'utf8'));
  if (found !== null) return found;
  throw new StartupError(
    `${path} does not say which format the data folder has.`,
    'Restore the file from a backup, or give this start another folder with DATA_DIR.',
  );
}

/** A folder with databases but no format file was never ours, or lost the file: writing into it would be a guess. */
function refuseForeign(dir: string): null {
  const foreign = readdirSync(dir).find((name) => name.endsWith('.db') || name.endsWith('.sqlite'));
  if (foreign === undefined) return null;
  throw new StartupError(
    `The folder ${dir} holds ${foreign} but no ${FORMAT_FILE}: it is no data folder of Ostinato.`,
    'Give this start another folder with DATA_DIR.',
  );
}

function parse(text: string): number | null {
  try {
    const found: unknown = JSON.parse(text);
    const version = typeof found === 'object' && found !== null && 'version' in found ? found.version : null;
    return typeof version === 'number' && Number.isInteger(version) && version > 0 ? version : null;
  } catch {
    return null;
  }
}

function writeVersion(dir: string, version: number): void {
  const path = join(dir, FORMAT_FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify({ version })}\n`);
  renameSync(`${path}.new`, path);
}
