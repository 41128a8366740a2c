import type { FileBytes } from '../../shared/ports/file-bytes';
import type { FileKey, FileRecords } from '../../shared/ports/file-records';
import type { Log } from '../../shared/ports/log';

export interface PurgeDependencies {
  readonly records: FileRecords;
  readonly bytes: FileBytes;
  readonly log: Log;
  readonly now?: () => number;
}

/** A file whose bytes are there gets its record soon after; older bytes without one are left over. */
const RECORD_WITHIN_MS = 3_600_000;
const AT_ONCE = 500;

/** The files of a workspace that is deleted: a later one of its name finds none. */
export const createForgetWorkspace = ({ records, bytes }: Pick<PurgeDependencies, 'records' | 'bytes'>) =>
  async function forgetWorkspace(workspaceId: string): Promise<void> {
    await bytes.remove(await records.removeWorkspace(workspaceId));
  };

/** Removes files that have expired. @returns how many */
export const createRemoveExpired = ({ records, bytes, now = Date.now }: PurgeDependencies) =>
  async function removeExpired(): Promise<number> {
    for (let removed = 0; ;) {
      const keys = await records.removeExpired(now());
      if (keys.length === 0) return removed;
      await bytes.remove(keys);
      removed += keys.length;
    }
  };

/** Removes bytes that a crash has left without a record. @returns how many */
export const createSweepBytes = ({ records, bytes, now = Date.now }: PurgeDependencies) =>
  async function sweepBytes(): Promise<number> {
    const before = now() - RECORD_WITHIN_MS;
    await bytes.sweep(before);
    let removed = 0;
    let page: FileKey[] = [];
    const check = async (): Promise<void> => {
      const known = await records.known(page);
      const left = page.filter(({ id }) => !known.has(id));
      await bytes.remove(left);
      removed += left.length;
      page = [];
    };
    for await (const { key, writtenAt } of bytes.list()) {
      if (writtenAt >= before) continue;
      page.push(key);
      if (page.length >= AT_ONCE) await check();
    }
    await check();
    return removed;
  };

/** Now and every minute what has expired, now and every hour what is left over; one pass at a time. */
export function startPurge(
  dependencies: PurgeDependencies,
  { expiredEveryMs = 60_000, leftEveryMs = 3_600_000 } = {},
): { stop(): Promise<void> } {
  const { log } = dependencies;
  const passes = [
    every(expiredEveryMs, createRemoveExpired(dependencies), { log, what: 'expired files' }),
    every(leftEveryMs, createSweepBytes(dependencies), { log, what: 'bytes without a file' }),
  ];
  return {
    async stop() {
      await Promise.all(passes.map((pass) => pass.stop()));
    },
  };
}

function every(ms: number, job: () => Promise<number>, { log, what }: { readonly log: Log; readonly what: string }) {
  let running: Promise<void> | undefined;
  const turn = (): void => {
    running ??= job()
      .then(
        (removed) => removed > 0 && log.info({ removed }, `${what} removed`),
        (error: unknown) => log.error({ err: error }, `${what} could not be removed`),
      )
      .then(() => void (running = undefined));
  };
  const timer = setInterval(turn, ms);
  timer.unref();
  turn();
  return {
    async stop(): Promise<void> {
      clearInterval(timer);
      await running;
    },
  };
}
