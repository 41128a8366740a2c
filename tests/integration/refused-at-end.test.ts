/** A write for which the store finds no room in the very last flush of a run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Runtime } from '@temporalio/worker';
import { openEngineBench, quiet } from '../support/engine-bench';

jest.setTimeout(120_000);

const product = readFileSync(join(__dirname, '../../dist/workflow-bundle.js'), 'utf8');
const write = (name: string) => `
name: Writes ${name}
when: { endpoint: true }
do: [set: { name: global.${name}, value: '{{body.value}}' }]
output: written
`;
let bench: Awaited<ReturnType<typeof openEngineBench>>;

beforeAll(async () => {
  Runtime.install({ logger: quiet });
  bench = await openEngineBench({ first: write('a'), second: write('b') }, 10_240);
}, 120_000);
afterAll(() => bench.close());

it('is told of, though the run has answered and ends with it', async () => {
  const worker = await bench.worker(product);
  const run = await worker.runUntil(async () => {
    const { client } = bench.engine;
    await client.workflow.getHandle(await bench.start('first', { value: 'x'.repeat(9_000) })).result();
    // It is started with empty contexts: as far as it knows, there is room.
    const second = await bench.start('second', { value: 'x'.repeat(2_000) });
    expect(await client.workflow.getHandle(second).result()).toEqual({ status: 200, output: 'written' });
    return second;
  });
  const records = await bench.trace(run);
  expect(records.map(({ out }) => out.events.map(([, type]) => type))).toEqual([
    ['runtime.contexts.updated', 'runtime.automations.executed'],
    ['runtime.contexts.failed', 'error'],
  ]);
  expect(await bench.differences(run)).toEqual([]);
  const { global } = await bench.stores.contexts.read('bench', { global: 'global' });
  expect(Object.keys(global?.value ?? {})).toEqual(['a']);
});
