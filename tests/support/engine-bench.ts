import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/create-activities';
import { StreamSessions } from '../../activities/fetch';
import { createRunEnv } from '../../api/runtime/runs/run-env';
import { createStartInputs } from '../../api/runtime/runs/start-input';
import type { Release } from '../../shared/core/automation/compiled';
import type { Event } from '../../shared/core/events/event';
import type { TraceRecord } from '../../shared/core/run/flush';
import { verify, type Difference } from '../../shared/core/trace/verify';
import type { ProgramSet } from '../../shared/core/automation/program';
import { compileWorkspace } from '../../shared/core/workspaces/compile-workspace';
import { memoryAnswerChannel } from '../../shared/drivers/answer-channel/memory';
import { openEmbeddedStores } from '../../shared/drivers/embedded';
import { tokenBuckets } from '../../shared/drivers/rate-limits/token-buckets';
import { createPayloadCodec } from '../../shared/drivers/run-engine/payload-codec';
import { createProgramCache } from '../../shared/drivers/run-engine/program-cache';
import { temporalEngine } from '../../shared/drivers/run-engine/temporal';
import { createRunWorker } from '../../workers/run-worker';
import { acquireTemporal } from '../../workers/temporal-server/acquire';
import { startDevServer } from '../../workers/temporal-server/dev-server';
import { freePorts } from './free-ports';

/** The engine's side alone, on a real server: runs, activities and stores in this process, workers with any bundle. */
export async function openEngineBench(automations: { readonly [slug: string]: string }, contextsMaxBytes = 0) {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-engine-'));
  const [port = 0, uiPort = 0] = await freePorts(2);
  const { path } = await acquireTemporal({
    executable: process.env['OSTINATO_TEMPORAL_BIN'] ?? null,
    searchPath: process.env['PATH'],
  });
  const server = await startDevServer({ executable: path, directory: join(dir, 'temporal'), port, uiPort });
  const stores = await openEmbeddedStores(dir, { groups: [], contextsMaxBytes: () => contextsMaxBytes });
  const release = await deploy(automations);
  const programs = createProgramCache(stores.releases);
  const dataConverter = { payloadCodecs: [createPayloadCodec({ blobs: stores.blobs, programs })] };
  const connection = await NativeConnection.connect({ address: server.address });
  const inputs = createStartInputs({
    apiUrl: 'http://localhost/v2',
    env: createRunEnv({ locale: 'en', timeZone: 'Europe/Paris' }),
    limits: {
      ...{ maximumSuccessiveCalls: 20, waitDefaultTimeoutMs: 20_000, eventMaxLength: 100_000, stepsPerTurn: 20_000 },
      contextsMaxBytes,
    },
  });
  const engine = temporalEngine({ connection, namespace: 'default', dataConverter, scheduleInput: inputs.schedule });
  const activities = createActivities({
    flushes: stores.flushes,
    answers: memoryAnswerChannel(),
    roles: { roleOf: async () => null },
    topics: stores.topics,
    fetch: { privateAddresses: 'allow' },
    isSuspended: () => false,
    rates: tokenBuckets(() => undefined),
    streams: new StreamSessions(),
  });

  async function deploy(files: { readonly [slug: string]: string }): Promise<Release> {
    const texts = Object.entries(files).map(([slug, text]) => [`automations/${slug}.yml`, text]);
    const compiled = compileWorkspace({
      workspaceId: 'bench',
      files: { 'index.yml': 'name: Bench', ...Object.fromEntries(texts) },
      createdAt: 0,
    });
    if (!compiled.release) throw new Error(JSON.stringify(compiled.diagnostics));
    for (const [digest, program] of compiled.programs) await stores.releases.putProgram(digest, program);
    await stores.releases.putRelease(compiled.release);
    return compiled.release;
  }

  return {
    engine,
    stores,
    /** Starts a run as a webhook would. @returns its key */
    async start(automation: string, body: object): Promise<string> {
      const key = `bench/${automation}/1`;
      const request = { release, automation, id: '1', trigger: { type: 'endpoint' as const, value: automation } };
      const args = { body: JSON.parse(JSON.stringify(body)) as never };
      const input = inputs.of({ ...request, args, identity: {}, correlationId: 'c', depth: 0 }, {});
      await engine.start({ key, input, summary: 'test' });
      return key;
    },
    worker: (code: string): Promise<Worker> =>
      createRunWorker({
        ...{ connection, namespace: 'default', dataConverter, activities, bundle: { code } },
        ...{ cachedRuns: 100, taskSlots: 10 },
      }),
    /** A worker of any other workflows, on the queue `plain`, without our codec. */
    plainWorker: async (code: string) => ({
      client: new Client({ connection: await Connection.connect({ address: server.address }) }),
      worker: await Worker.create({ connection, namespace: 'default', taskQueue: 'plain', workflowBundle: { code } }),
    }),
    send: async (run: string, event: Event): Promise<void> => {
      const [wait] = await stores.waits.ofRun(run);
      if (wait) await engine.deliver(run, wait.id, event);
    },
    trace: (run: string): Promise<readonly TraceRecord[]> => stores.traces.read(run),
    async differences(run: string): Promise<Difference[]> {
      const set = await programs({ release: release.digest, automation: run.split('/')[1] ?? '' });
      return verify(await stores.traces.read(run), JSON.parse(Buffer.from(set).toString('utf8')) as ProgramSet);
    },
    async close(): Promise<void> {
      await connection.close();
      await server.stop();
      await stores.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export const quiet = new DefaultLogger('ERROR', () => undefined);
