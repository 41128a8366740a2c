import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fillCache } from './cache';
import { PINNED_CLI } from './version';

export interface DownloadOptions {
  readonly cacheDir: string;
  /** Give up after this long without a byte. */
  readonly silenceMs: number;
  readonly say: (line: string) => void;
  readonly origin?: string;
}

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Fetches the CLI as the SDK's own downloader does (`sdk-core`, ephemeral_server: ask `/cli/<version>` for the archive's
 * address, then fetch that). Not through the SDK: its downloader is a private part of its test package, has no limit for
 * a silent connection, and would add a package for one request.
 */
export async function downloadFromTemporal(options: DownloadOptions): Promise<string> {
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined) throw new Error(`no build for the processor ${process.arch}`);
  const query = new URLSearchParams({ arch: architecture, platform: process.platform });
  const address = `${options.origin ?? 'https://temporal.download'}/cli/v${PINNED_CLI}?${query}`;
  options.say(`downloading the Temporal CLI ${PINNED_CLI}`);
  const { archiveUrl, fileToExtract } = await askWhere(address, options.silenceMs);
  return fillCache(options.cacheDir, async (scratch) => {
    const archive = join(scratch, 'archive.tar.gz');
    await save(archiveUrl, archive, options);
    await promisify(execFile)('tar', ['-xzf', archive, '-C', scratch, fileToExtract]);
    return join(scratch, fileToExtract);
  });
}

interface ArchiveInfo {
  readonly archiveUrl: string;
  readonly fileToExtract: string;
}

async function askWhere(address: string, silenceMs: number): Promise<ArchiveInfo> {
  const chunks: Uint8Array[] = [];
  await receive(address, silenceMs, async (chunk) => void chunks.push(chunk));
  const answer: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const isInfo =
    typeof answer === 'object' &&
    answer !== null &&
    'archiveUrl' in answer &&
    typeof answer.archiveUrl === 'string' &&
    'fileToExtract' in answer &&
    typeof answer.fileToExtract === 'string';
  if (!isInfo) throw new Error('the answer names no archive');
  return answer as ArchiveInfo;
}

async function save(address: string, path: string, { silenceMs, say }: DownloadOptions): Promise<void> {
  const file = await open(path, 'w');
  let [size, toldAt] = [0, Date.now()];
  try {
    await receive(address, silenceMs, async (chunk) => {
      await file.write(chunk);
      size += chunk.length;
      if (Date.now() - toldAt < 2000) return;
      toldAt = Date.now();
      say(`downloading: ${Math.round(size / 1e6)} MB so far`);
    });
  } finally {
    await file.close();
  }
}

async function receive(address: string, silenceMs: number, take: (chunk: Uint8Array) => Promise<void>): Promise<void> {
  const abort = new AbortController();
  // The abort's reason is what fetch rejects with, so this text is what the reader sees.
  const giveUp = () => abort.abort(new Error(`not a byte for ${silenceMs / 1000} s`));
  let timer = setTimeout(giveUp, silenceMs);
  try {
    const answer = await fetch(address, { signal: abort.signal });
    if (!answer.ok || answer.body === null) throw new Error(`answered HTTP ${answer.status}`);
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, silenceMs);
      await take(chunk);
    }
  } catch (error) {
    throw networkReason(error);
  } finally {
    clearTimeout(timer);
  }
}

/** fetch says "fetch failed" and hides the reason in `cause`. No `instanceof`: jest has an `Error` of its own. */
function networkReason(error: unknown): unknown {
  const hidden = (error as { cause?: { message?: string; code?: string } } | null)?.cause;
  const reason = hidden?.message || hidden?.code;
  return reason ? new Error(reason, { cause: error }) : error;
}
