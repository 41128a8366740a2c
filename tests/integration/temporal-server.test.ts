import { Client, Connection } from '@temporalio/client';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identifyProcess } from '../../workers/process-identity';
import { acquireTemporal } from '../../workers/temporal-server/acquire';
import { startDevServer, type DevServer } from '../../workers/temporal-server/dev-server';
import { SEARCH_ATTRIBUTES } from '../../shared/contracts/engine';
import { registerSearchAttributes } from '../../workers/temporal-server/search-attributes';

// The real server, as `npm start` runs it.
describe('the Temporal dev server', () => {
  let directory: string;
  let executable: string;
  const running: DevServer[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'dev-server-'));
    const cacheDir = process.env['OSTINATO_CACHE_DIR'] ?? join(directory, 'cache');
    const setting = process.env['OSTINATO_TEMPORAL_BIN'];
    executable = (await acquireTemporal({ executable: setting, searchPath: process.env['PATH'], cacheDir })).path;
  }, 300_000);

  afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const start = async (say?: (line: string) => void): Promise<DevServer> => {
    const server = await startDevServer({ executable, directory, port: 22_233, uiPort: 22_333, say });
    running.push(server);
    return server;
  };

  it('knows the search attributes, and goes on with its runs after kill -9', async () => {
    const first = await start();
    let connection = await Connection.connect({ address: first.address });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining([...SEARCH_ATTRIBUTES]));
    expect(await registerSearchAttributes(connection, 'default')).toEqual([]);
    const options = { workflowId: 'parked', taskQueue: 'nobody', memo: { depth: 3 } };
    await new Client({ connection }).workflow.start('any', options);
    await connection.close();

    process.kill(first.pid, 'SIGKILL');
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL', expected: false });

    const second = await start();
    connection = await Connection.connect({ address: second.address });
    const description = await new Client({ connection }).workflow.getHandle('parked').describe();
    expect(description).toMatchObject({ status: { name: 'RUNNING' }, memo: { depth: 3 } });
    await connection.close();
  }, 60_000);

  it('ends a server that a killed start left behind, and stops its own', async () => {
    const leftBehind = await start();
    const said: string[] = [];
    const server = await start((line) => said.push(line));
    expect(said).toEqual([`ended the Temporal server ${leftBehind.pid} that an earlier start left behind`]);
    expect(identifyProcess(leftBehind.pid)).toBeNull();
    await server.stop();
    expect(await server.exited).toMatchObject({ expected: true });
    expect(identifyProcess(server.pid)).toBeNull();
  }, 60_000);

  it('serves its web UI', async () => {
    const server = await start();
    expect((await fetch(server.uiAddress)).status).toBe(200);
  }, 60_000);
});
