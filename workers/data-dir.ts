import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, ownIdentity, type ProcessIdentity } from './process-identity';
import { StartupError } from './startup-error';

/** Who holds a data folder: the content of its lock file. */
export interface DataDirOwner extends ProcessIdentity {
  /** ISO 8601. */
  readonly since: string;
  /** Known only once the API listens. */
  readonly apiAddress?: string;
}

export interface DataDirLock {
  /** Tells a second start where the first one serves. */
  announce(apiAddress: string): void;
  /** Idempotent. */
  release(): void;
}

const LOCK_FILE = 'lock.json';

/**
 * Takes the data folder for this process; creates the folder when it is missing. The lock of a process that no longer
 * runs is taken over, so a `kill -9` needs no cleaning up by hand.
 * @throws StartupError when a living process holds it: its message says who, since when and where it serves
 */
export function lockDataDir(dir: string): DataDirLock {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, LOCK_FILE);
  const owner: DataDirOwner = { ...ownIdentity(), since: new Date().toISOString() };
  // Each lap either takes the lock, refuses, or removes one stale lock that others may remove at the same time.
  for (let lap = 0; lap < 50; lap++) {
    if (createWhole(path, owner)) return heldLock(path, owner);
    const holder = readOwner(path);
    if (holder !== null && isRunning(holder)) throw inUse(dir, holder);
    setStaleAside(path, holder);
  }
  throw new StartupError(
    `The lock ${path} keeps changing hands.`,
    'End the other starts on this data folder, then retry.',
  );
}

function heldLock(path: string, owner: DataDirOwner): DataDirLock {
  const isOurs = () => sameProcess(readOwner(path), owner);
  return {
    announce(apiAddress) {
      if (isOurs()) replaceWhole(path, { ...owner, apiAddress });
    },
    release() {
      if (isOurs()) rmSync(path, { force: true });
    },
  };
}

function inUse(dir: string, holder: DataDirOwner): StartupError {
  const where = holder.apiAddress === undefined ? 'still starting' : `serving on ${holder.apiAddress}`;
  return new StartupError(
    `The data folder ${dir} is in use by process ${holder.pid} since ${holder.since} (${where}).`,
    `Stop that process (kill ${holder.pid}), or give this start a folder of its own with DATA_DIR.`,
  );
}

/** False when the file exists. `link` makes the file appear with its content: no reader ever sees half a lock. */
function createWhole(path: string, owner: DataDirOwner): boolean {
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, JSON.stringify(owner));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replaceWhole(path: string, owner: DataDirOwner): void {
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, JSON.stringify(owner));
  renameSync(draft, path);
}

/**
 * Removes a stale lock, and only that one: two starts may both have seen it, and the slower must not remove the fresh
 * lock of the quicker. So it is moved first, looked at again, and put back when it turns out to be another one.
 */
function setStaleAside(path: string, stale: DataDirOwner | null): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // The other start was quicker.
    throw error;
  }
  const moved = readOwner(aside);
  if (moved !== null && !sameProcess(moved, stale)) createWhole(path, moved);
  rmSync(aside, { force: true });
}

const sameProcess = (a: ProcessIdentity | null, b: ProcessIdentity | null): boolean =>
  a !== null && b !== null && a.pid === b.pid && a.began === b.began;

/** Null when the file is missing or unreadable; both mean that nobody holds it. */
function readOwner(path: string): DataDirOwner | null {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const isOwner = typeof found === 'object' && found !== null && 'pid' in found && 'began' in found;
    return isOwner ? (found as DataDirOwner) : null;
  } catch {
    return null;
  }
}
