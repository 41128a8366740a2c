/** The two sides of a pair: the product with its Temporal server, and the hand-written baseline on the same server. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alsoStop, freePorts, startNode } from './processes.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const dist = join(root, 'dist');

export const scratch = () => mkdtempSync(join(tmpdir(), 'ostinato-bench-'));
export const discard = (folder) => rmSync(folder, { recursive: true, force: true });

const OWNER_TOKEN = 'bench-owner-token';

/**
 * @param {{ folder: string, workspace: string, env?: Record<string, string>, nodeArgs?: string[] }} options
 *   workspace: folder of one workspace, relative to the repository
 */
export async function startProduct({ folder, workspace, env = {}, nodeArgs = [] }) {
  const entry = join(dist, 'workers', 'embedded.js');
  if (!existsSync(entry)) throw new Error('The product is not built: npm run build');
  const [port, temporalPort, uiPort] = await freePorts(3);
  const served = join(folder, 'served');
  cpSync(join(root, workspace), join(served, 'bench'), { recursive: true });
  const dataDir = join(folder, 'data');
  const url = `http://127.0.0.1:${port}`;
  const started = await startNode({
    name: 'product',
    args: [...nodeArgs, entry, served],
    env: {
      DATA_DIR: dataDir,
      GATEWAY_PORT: String(port),
      TEMPORAL_PORT: String(temporalPort),
      TEMPORAL_UI_PORT: String(uiPort),
      OSTINATO_OWNER_TOKEN: OWNER_TOKEN,
      LOG_LEVEL: 'warn',
      ...env,
    },
    ready: async () => (await fetch(`${url}/sys/healthcheck`)).status === 200,
  });
  const { pid: serverPid } = JSON.parse(readFileSync(join(dataDir, 'temporal', 'server.pid'), 'utf8'));
  return {
    ...started,
    webhook: `${url}/v2/workspaces/bench/webhooks/simpleUserJourney`,
    events: `${url}/v2/workspaces/bench/events`,
    headers: { authorization: `Bearer ${OWNER_TOKEN}` },
    temporalAddress: `127.0.0.1:${temporalPort}`,
    serverPid,
  };
}

/** A Temporal server as the product starts it, for the baseline alone. */
export async function startServerAlone(folder) {
  const { acquireTemporal } = await import(join(dist, 'workers', 'temporal-server', 'acquire.js'));
  const { startDevServer } = await import(join(dist, 'workers', 'temporal-server', 'dev-server.js'));
  const { path } = await acquireTemporal({
    executable: process.env.OSTINATO_TEMPORAL_BIN,
    searchPath: process.env.PATH,
    cacheDir: process.env.OSTINATO_CACHE_DIR ?? join(process.env.HOME ?? tmpdir(), '.cache', 'ostinato'),
  });
  const [port, uiPort] = await freePorts(2);
  const server = await startDevServer({ executable: path, directory: join(folder, 'temporal'), port, uiPort });
  alsoStop(() => server.stop());
  return { temporalAddress: server.address, serverPid: server.pid };
}

/** @param {{ folder: string, temporalAddress: string, cachedRuns?: number, nodeArgs?: string[] }} options */
export async function startBaseline({ folder, temporalAddress, cachedRuns, nodeArgs = [] }) {
  const [port] = await freePorts(1);
  const dataDir = join(folder, 'baseline');
  mkdirSync(dataDir, { recursive: true });
  const url = `http://127.0.0.1:${port}`;
  const started = await startNode({
    name: 'baseline',
    args: [...nodeArgs, join(root, 'bench', 'baseline', 'server.mjs')],
    env: {
      TEMPORAL_ADDRESS: temporalAddress,
      DATA_DIR: dataDir,
      PORT: String(port),
      BUNDLE: await baselineBundle(folder),
      ...(cachedRuns && { BENCH_CACHED_RUNS: String(cachedRuns) }),
    },
    ready: async () => (await fetch(`${url}/events?types=none`)).status === 200,
  });
  return { ...started, webhook: `${url}/webhooks/simpleUserJourney`, events: `${url}/events`, headers: {} };
}

async function baselineBundle(folder) {
  const path = join(folder, 'baseline-bundle.js');
  if (existsSync(path)) return path;
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const workflowsPath = join(root, 'bench', 'baseline', 'workflows.mjs');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  writeFileSync(path, code);
  return path;
}
