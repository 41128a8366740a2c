import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { getHeapStatistics, writeHeapSnapshot } from 'node:v8';
import { fail } from '../../shared/core/errors/errors';
import type { Log } from '../../shared/ports/log';
import { defaultHeaderNames } from './caller-headers';
import type { Reply } from './contract';
import { isInternalKey } from './internal-key';
import type { SystemRoute } from './system-routes';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface SupervisionParts {
  /** INTERNAL_API_KEY, or the one that was made at the first start. */
  readonly internalKey: string;
  readonly log: Log & { setLevel(level: LogLevel): void };
  /** HEAPDUMPS_DIRECTORY */
  readonly heapDumps: string;
  readonly now?: () => number;
  /** Writes a snapshot of the heap to this file. */
  readonly writeSnapshot?: (file: string) => void;
}

const HEAP_DUMP_PAUSE_MS = 60_000;

/** Answers only who has the key of internal calls. @throws ForbiddenError */
export const withInternalKey =
  (internalKey: string, answer: SystemRoute['answer']): SystemRoute['answer'] =>
  async (request) => {
    if (!isInternalKey(request.headers[defaultHeaderNames.apiKey], internalKey))
      throw fail('ForbiddenError', 'This needs the key of internal calls (INTERNAL_API_KEY)');
    return answer(request);
  };

/**
 * What operators change and take from a running process. All of it asks for the key of internal calls: a level of `trace`
 * fills a disk, and a heap holds everything that the process knows.
 */
export function supervisionRoutes({
  internalKey,
  log,
  heapDumps,
  now = Date.now,
  writeSnapshot = (file) => void writeHeapSnapshot(file),
}: SupervisionParts): readonly SystemRoute[] {
  let dumpedAt = -Infinity;
  const guarded = (answer: SystemRoute['answer']) => withInternalKey(internalKey, answer);
  return [
    {
      method: 'put',
      path: '/sys/logging',
      answer: guarded(async ({ body }): Promise<Reply> => {
        const wanted: unknown = typeof body === 'object' && body !== null && 'level' in body ? body.level : undefined;
        const level = LOG_LEVELS.find((one) => one === wanted);
        if (!level) return { status: 400, body: { error: 'Missing or invalid level' } };
        log.setLevel(level);
        log.warn({ logLevel: level }, 'the level of the log was changed');
        return { body: { msg: `The log level is ${level} now` } };
      }),
    },
    {
      method: 'get',
      path: '/sys/heapdump',
      answer: guarded(async (): Promise<Reply> => {
        const leftMs = dumpedAt + HEAP_DUMP_PAUSE_MS - now();
        if (leftMs > 0) {
          const headers = { 'retry-after': String(Math.ceil(leftMs / 1_000)) };
          return { status: 429, headers, body: { error: 'TooManyRequests', message: 'One heap dump a minute' } };
        }
        dumpedAt = now();
        await mkdir(heapDumps, { recursive: true });
        const file = join(
          heapDumps,
          `${new Date(dumpedAt).toISOString().replaceAll(':', '-')}-${process.pid}.heapsnapshot`,
        );
        log.warn(
          { file, usedBytes: getHeapStatistics().used_heap_size },
          'a heap dump is written; nobody is served meanwhile',
        );
        writeSnapshot(file);
        return { body: { file } };
      }),
    },
  ];
}
