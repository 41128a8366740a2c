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

const slowly = `
name: counts for more than one turn between two waits
when: { endpoint: true }
do:
  - wait: { oneOf: [{ event: left }], timeout: 600, output: l }
  - repeat: { until: 15000, do: [{ set: { name: i, value: "{{item}}" } }] }
  - wait: { oneOf: [{ event: right }], timeout: 600, output: r }
output: { l: "{{l.payload.n}}", r: "{{r.payload.n}}" }
`;

beforeAll(async () => {
  Runtime.install({ logger: quiet });
  bench = await openEngineBench({ tally, slowly });
});
afterAll(() => bench.close());

/** The product's workflow, whose tasks fail behind the flush of this turn: sealed and stored, and the engine's history knows nothing of it. */
async function faultyAt(turn: number): Promise<string> {
  const loader = { loader: join(__dirname, '../support/plant-bug-loader.cjs'), options: { turn } };
  const rule = { test: /workflows[\\/]shell\.js$/, use: [loader] };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'dist/workflows/run-automation.js'),
    logger: quiet,
    webpackConfigHook: (config) => ({
      ...config,
      module: { ...config.module, rules: [...(config.module?.rules ?? []), rule] },
    }),
  });
  return code;
}

async function during<T>(worker: Worker, job: () => Promise<T>): Promise<T> {
  return worker.runUntil(job);
}

const eventOf = (item: Item) => ('event' in item ? item.event.event.id : undefined);

const left = anEvent({ id: 'e-left', type: 'left', payload: { n: 1 } });
const right = anEvent({ id: 'e-right', type: 'right', payload: { n: 2 } });

/** The wait as the store knows it: after a failed task it is ahead of the engine's history. */
async function waitFor(run: string, type: string): Promise<string> {
  const open = await bench.stores.waits.ofRun(run);
  return open.find(({ oneOf }) => oneOf.some(({ event }) => event === type))?.id ?? '';
}

const hasFailedTask = async (run: string): Promise<boolean> =>
  (await history(run)).some(({ workflowTaskFailedEventAttributes }) => workflowTaskFailedEventAttributes);

const history = async (run: string) => (await bench.engine.client.workflow.getHandle(run).fetchHistory()).events ?? [];

it('takes a turn again as it was sealed, when its task runs twice with another clock and one more signal', async () => {
  let run = '';
  await during(await bench.worker(await faultyAt(1)), async () => {
    run = await bench.start('tally', {});
    await eventually('both waits are open', async () => (await bench.stores.waits.ofRun(run)).length === 2);
    await bench.engine.deliver(run, await waitFor(run, 'left'), left);
    await eventually('the task has failed behind its flush', () => hasFailedTask(run));
  });

  const sealed = (await bench.trace(run))[1]?.turns[0];
  expect(sealed?.items.map(eventOf).filter(Boolean)).toEqual(['e-left']);
  // A bug of ours blocks the run and loses nothing: it neither fails nor ends.
  expect((await bench.engine.client.workflow.getHandle(run).describe()).status.name).toBe('RUNNING');

  // One more signal, another clock, and a mended worker.
  await bench.engine.deliver(run, await waitFor(run, 'right'), right);
  const result = await during(await bench.worker(product), () => bench.engine.client.workflow.getHandle(run).result());

  expect(result).toEqual({ status: 200, output: { l: 1, r: 2 } });
  const records = await bench.trace(run);
  expect(records.map(({ turns }) => turns.map(({ n }) => n))).toEqual([[0], [1], [2]]);
  expect(records[1]?.turns[0]).toEqual(sealed);
  expect(records[2]?.turns[0]?.items.map(eventOf).filter(Boolean)).toEqual(['e-right']);
  expect(await bench.differences(run)).toEqual([]);
  const seen = records.flatMap(({ out }) => out.events).filter(([, type]) => type === 'seen');
  expect(seen).toHaveLength(1);
});

it('keeps an event for a wait that the repeated task has not opened yet', async () => {
  let run = '';
  // Turn 1 takes the first event and is cut by the limit of steps; turn 2 opens the second wait, and fails behind its flush.
  await during(await bench.worker(await faultyAt(2)), async () => {
    run = await bench.start('slowly', {});
    await eventually('the first wait is open', async () => (await bench.stores.waits.ofRun(run)).length === 1);
    await bench.engine.deliver(run, await waitFor(run, 'left'), left);
    await eventually('the task has failed behind its flush', () => hasFailedTask(run));
  });
  await bench.engine.deliver(run, await waitFor(run, 'right'), right);

  const result = await during(await bench.worker(product), () => bench.engine.client.workflow.getHandle(run).result());

  expect(result).toEqual({ status: 200, output: { l: 1, r: 2 } });
  expect((await bench.trace(run)).map(({ turns }) => turns.map(({ n }) => n))).toEqual([[0], [1], [2], [3]]);
  expect(await bench.differences(run)).toEqual([]);
});
