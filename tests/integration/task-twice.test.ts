import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, Runtime, type Worker } from '@temporalio/worker';
import type { Item } from '../../shared/core/run/types';
import { anEvent } from '../../shared/testing/builders';
import { openEngineBench, quiet } from '../support/engine-bench';
import { eventually } from '../support/eventually';

jest.setTimeout(120_000);

const root = join(__dirname, '../..');
const product = readFileSync(join(root, 'dist/workflow-bundle.js'), 'utf8');
let bench: Awaited<ReturnType<typeof openEngineBench>>;
let faulty: string;

const tally = `
name: takes two events, one after the other, and tells what it saw
when: { endpoint: true }
do:
  - all:
      - wait: { oneOf: [{ event: left }], timeout: 600, output: l }
      - wait: { oneOf: [{ event: right }], timeout: 600, output: r }
  - emit: { event: seen, payload: { l: "{{l.payload.n}}", r: "{{r.payload.n}}" } }
output: { l: "{{l.payload.n}}", r: "{{r.payload.n}}" }
`;

beforeAll(async () => {
  Runtime.install({ logger: quiet });
  bench = await openEngineBench({ tally });
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'dist/workflows/run-automation.js'),
    logger: quiet,
    webpackConfigHook: (config) => ({
      ...config,
      module: {
        ...config.module,
        rules: [
          ...(config.module?.rules ?? []),
          { test: /workflows[\\/]shell\.js$/, use: [{ loader: join(__dirname, '../support/plant-bug-loader.cjs') }] },
        ],
      },
    }),
  });
  faulty = code;
});
afterAll(() => bench.close());

async function during<T>(worker: Worker, job: () => Promise<T>): Promise<T> {
  return worker.runUntil(job);
}

const eventOf = (item: Item) => ('event' in item ? item.event.event.id : undefined);

const history = async (run: string) => (await bench.engine.client.workflow.getHandle(run).fetchHistory()).events ?? [];

it('takes a turn again as it was sealed, when its task runs twice with another clock and one more signal', async () => {
  let run = '';
  // The task of the second turn fails behind its flush: sealed and stored, and nothing of it in the engine's history.
  await during(await bench.worker(faulty), async () => {
    run = await bench.start('tally', {});
    await eventually('both waits are open', async () => (await bench.stores.waits.ofRun(run)).length === 2);
    await bench.engine.deliver(run, await waitFor('left'), anEvent({ id: 'e-left', type: 'left', payload: { n: 1 } }));
    await eventually('the task has failed behind its flush', async () =>
      (await history(run)).some(({ workflowTaskFailedEventAttributes }) => workflowTaskFailedEventAttributes),
    );
  });

  const sealed = (await bench.trace(run))[1]?.turns[0];
  expect(sealed?.items.map(eventOf).filter(Boolean)).toEqual(['e-left']);
  // A bug of ours blocks the run and loses nothing: it neither fails nor ends.
  expect((await bench.engine.client.workflow.getHandle(run).describe()).status.name).toBe('RUNNING');

  // One more signal, another clock, and a mended worker.
  await bench.engine.deliver(run, await waitFor('right'), anEvent({ id: 'e-right', type: 'right', payload: { n: 2 } }));
  const result = await during(await bench.worker(product), () => bench.engine.client.workflow.getHandle(run).result());

  expect(result).toEqual({ status: 200, output: { l: 1, r: 2 } });
  const records = await bench.trace(run);
  expect(records.map(({ turns }) => turns.map(({ n }) => n))).toEqual([[0], [1], [2]]);
  expect(records[1]?.turns[0]).toEqual(sealed);
  expect(records[2]?.turns[0]?.items.map(eventOf).filter(Boolean)).toEqual(['e-right']);
  expect(await bench.differences(run)).toEqual([]);
  const seen = records.flatMap(({ out }) => out.events).filter(([, type]) => type === 'seen');
  expect(seen).toHaveLength(1);

  async function waitFor(type: string): Promise<string> {
    const open = await bench.stores.waits.ofRun(run);
    // The wait of the first event was closed in the store by the flush, though the engine knows nothing of it yet.
    return open.find(({ oneOf }) => oneOf.some(({ event }) => event === type))?.id ?? '';
  }
});
