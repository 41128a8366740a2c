/**
 * The hand-written counterpart of the product: one process with an HTTP server, a client and a worker that share one
 * native connection. Settings: TEMPORAL_ADDRESS, DATA_DIR, PORT, BENCH_CACHED_RUNS. Says `ready` on stdout.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, DefaultLogger, Worker } from '@temporalio/worker';
import express from 'express';
import { openEventStore } from './event-store.mjs';
import { ordersRouter } from './orders.mjs';

const { TEMPORAL_ADDRESS, DATA_DIR, PORT, BUNDLE, BENCH_CACHED_RUNS } = process.env;
const taskQueue = 'bench-baseline';

Runtime.install({ logger: new DefaultLogger('WARN') });
const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS });
const events = openEventStore(join(DATA_DIR, 'baseline.db'));
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle: { code: readFileSync(BUNDLE, 'utf8') },
  activities: { storeEvent: async (event) => events.add([event]) },
  ...(BENCH_CACHED_RUNS && { maxCachedWorkflows: Number(BENCH_CACHED_RUNS) }),
});
const client = new Client({ connection });
const running = worker.run();

const app = express();
app.use(express.json({ limit: '1mb' }));
app.post('/webhooks/simpleUserJourney', async (request, response) => {
  const handle = await client.workflow.start('simpleUserJourney', {
    workflowId: `baseline/simpleUserJourney/${randomUUID()}`,
    taskQueue,
    args: [{ body: request.body }],
    requestEagerStart: true,
  });
  response.json(await handle.result());
});
app.use(ordersRouter({ client, events, taskQueue }));

const server = app.listen(Number(PORT), '127.0.0.1', () => console.log('ready'));
process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  worker.shutdown();
  await running;
  await connection.close();
  events.close();
  process.exit(0);
});
