import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { folderBlobStore } from '../../shared/drivers/blob-store/folder';
import { createPayloadCodec } from '../../shared/drivers/run-engine/payload-codec';
import { createPayloadEncryption } from '../../shared/drivers/run-engine/payload-encryption';
import { readKeyring } from '../../workers/encryption-keys';
import { identifyProcess } from '../../workers/process-identity';
import { eventually } from './eventually';
import { freePorts } from './free-ports';
import { kill9, processIn } from './processes';
import { temporalCli, temporalExecutable } from './temporal-cli';
import { verifyTraces } from './verify-traces';
import { workspaceClient, type WorkspaceClient } from './workspace-client';

const ROOT = join(__dirname, '..', '..');
const EMBEDDED = join(ROOT, 'dist', 'workers', 'embedded.js');
/** Of the owner of every product that tests start. */
export const OWNER_TOKEN = 'owner-of-the-tests';

export type Settings = { readonly [name: string]: string };

/** The whole product, as a user starts it: a child process that serves a folder. */
export interface Product {
  readonly url: string;
  readonly dataDir: string;
  readonly temporalAddress: string;
  workspace(id: string): WorkspaceClient;
  /** `temporal ...` against its server. */
  temporal(...args: string[]): Promise<string>;
  /** A client of its server, made once. */
  temporalClient(): Promise<Client>;
  /** Everything it printed since its last start. */
  output(): string;
  /** `kill -9` of the product and its Temporal server. */
  kill9(): Promise<void>;
  /** Ends it as Ctrl-C does, when it runs, and starts it again on the same data. */
  restart(settings?: Settings): Promise<void>;
  /** Ends it as Ctrl-C does. @returns its exit code */
  interrupt(): Promise<number | null>;
  /** Ends it, feeds the trace of every run back through the machine, and removes its data. @throws Error on a difference */
  stop(): Promise<void>;
}

/** @returns when `/sys/healthcheck` answers 200 and the folder is deployed */
export async function startProduct(folder: string, settings: Settings = {}): Promise<Product> {
  const dataDir = settings['DATA_DIR'] ?? mkdtempSync(join(tmpdir(), 'ostinato-data-'));
  const [port = 0, temporalPort = 0, uiPort = 0] = await freePorts(3);
  const url = `http://127.0.0.1:${port}`;
  const temporalAddress = `127.0.0.1:${temporalPort}`;
  const fixed: Settings = {
    DATA_DIR: dataDir,
    GATEWAY_PORT: String(port),
    TEMPORAL_PORT: String(temporalPort),
    TEMPORAL_UI_PORT: String(uiPort),
    OSTINATO_TEMPORAL_BIN: temporalExecutable(),
    OSTINATO_OWNER_TOKEN: OWNER_TOKEN,
    LOG_LEVEL: 'info',
  };
  let current = settings;
  let child: ChildProcess | undefined;
  let logFile = '';
  let client: Promise<Client> | undefined;

  const launch = async (): Promise<void> => {
    logFile = nextLogFile();
    child = spawnEmbedded(folder, { ...fixed, ...current }, logFile);
    await untilReady(url, child, logFile);
  };
  const forgetClient = async (): Promise<void> => {
    const known = await client?.catch(() => undefined);
    client = undefined;
    await known?.connection.close();
  };
  const interrupt = async (): Promise<number | null> => {
    await forgetClient();
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = new Promise<number | null>((resolve) => child?.once('exit', resolve));
    child.kill('SIGINT');
    return exited;
  };

  const product: Product = {
    url,
    dataDir,
    temporalAddress,
    workspace: (id) => workspaceClient(url, () => OWNER_TOKEN, id),
    temporal: (...args) => temporalCli(temporalAddress, args),
    temporalClient: () =>
      (client ??= Connection.connect({ address: temporalAddress }).then(
        (connection) => new Client({ connection, dataConverter: readingDataOf(dataDir) }),
      )),
    output: () => readFileSync(logFile, 'utf8'),
    async kill9() {
      await forgetClient();
      const server = processIn(join(dataDir, 'temporal', 'server.pid'));
      const own = child?.pid === undefined ? null : identifyProcess(child.pid);
      if (own) await kill9(own);
      if (server) await kill9(server);
    },
    async restart(next) {
      await interrupt();
      current = next ?? current;
      await launch();
    },
    interrupt,
    async stop() {
      await interrupt();
      try {
        await verifyTraces(dataDir, current);
      } finally {
        if (!process.env.OSTINATO_KEEP_TEST_DATA) rmSync(dataDir, { recursive: true, force: true });
      }
    },
  };
  try {
    await launch();
  } catch (error) {
    await product.kill9();
    throw error;
  }
  return product;
}

/** Reads the values that the product of this data folder has encrypted. */
function readingDataOf(dataDir: string): DataConverter {
  const keyring = readKeyring(dataDir);
  const codec = createPayloadCodec({
    blobs: folderBlobStore(join(dataDir, 'blobs')),
    programs: async (ref) => Buffer.from(JSON.stringify(ref)),
    ...(keyring && { encryption: createPayloadEncryption(keyring) }),
  });
  return { payloadCodecs: [codec] };
}

/** A start that is expected to end by itself. */
export async function runEmbedded(
  folder: string,
  settings: Settings,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const logFile = nextLogFile();
  const child = spawnEmbedded(folder, { OSTINATO_TEMPORAL_BIN: temporalExecutable(), ...settings }, logFile);
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  return { code, output: readFileSync(logFile, 'utf8') };
}

function spawnEmbedded(folder: string, settings: Settings, logFile: string): ChildProcess {
  const log = openSync(logFile, 'w');
  try {
    const { PATH, HOME } = process.env;
    return spawn(process.execPath, [EMBEDDED, folder], {
      cwd: ROOT,
      // Nothing else of this shell: a setting in it would change what is tested.
      env: { PATH, HOME, ...settings },
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

let starts = 0;

/** One for each start, named by the test file: kept after the test, overwritten by its next run. */
function nextLogFile(): string {
  const folder = join(ROOT, '.ostinato', 'test-logs');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${basename(expect.getState().testPath ?? 'test', '.test.ts')}-${++starts}.log`);
}

async function untilReady(url: string, child: ChildProcess, logFile: string): Promise<void> {
  let ended = false;
  child.once('exit', () => (ended = true));
  await eventually(
    'the product is ready',
    async () => {
      if (ended) return true;
      const { status } = await fetch(`${url}/sys/healthcheck`);
      return status === 200 && readFileSync(logFile, 'utf8').includes('ready: serving');
    },
    { withinMs: 100_000, everyMs: 50 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\nThe end of its log ${logFile}:\n${tailOf(logFile)}`);
  });
  if (ended) throw new Error(`The product ended by itself. The end of its log ${logFile}:\n${tailOf(logFile)}`);
}

const tailOf = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-40).join('\n') : '(none)';
