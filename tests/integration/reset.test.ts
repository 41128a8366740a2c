/** `temporal workflow reset`: the run goes on consistently, wherever it is sent back to. */
import type { WorkflowHandle } from '@temporalio/client';
import type { Event } from '../../shared/core/events/event';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import type { WorkspaceClient } from '../support/workspace-client';

jest.setTimeout(60_000);

const steps = `
name: Steps
when: { events: [begin] }
do:
  - emit: { event: said, payload: { n: '{{payload.n}}', step: 0 } }
  - wait: { oneOf: [{ event: go, filters: { payload.n: '{{payload.n}}', payload.step: 1 } }], timeout: 3600, output: one }
  - set: { name: global.last, value: '{{one.payload.word}}' }
  - emit: { event: said, payload: { n: '{{payload.n}}', step: 1, word: '{{one.payload.word}}' } }
  - wait: { oneOf: [{ event: go, filters: { payload.n: '{{payload.n}}', payload.step: 2 } }], timeout: 3600, output: two }
  - emit: { event: said, payload: { n: '{{payload.n}}', step: 2, word: '{{two.payload.word}}' } }
output: { words: ['{{one.payload.word}}', '{{two.payload.word}}'] }
`;

const folder = servedFolder({ resets: { steps } });
let product: Product;
let resets: WorkspaceClient;

beforeAll(async () => {
  product = await startProduct(folder.path);
  resets = product.workspace('resets');
}, 120_000);
afterAll(async () => {
  await product?.stop(); // Feeds every trace back: both timelines must be what the machine does.
  folder.remove();
}, 120_000);

interface Run {
  readonly n: number;
  readonly id: string;
  readonly handle: WorkflowHandle;
}

async function begin(n: number): Promise<Run> {
  const { body } = await resets.emit('begin', { n });
  const [event] = body as unknown as Event[];
  const id = `resets/steps/${event?.id}`;
  const { workflow } = await product.temporalClient();
  await said(n, 0);
  return { n, id, handle: workflow.getHandle(id) };
}

const said = (n: number, step: number, word?: string) =>
  resets.until('said', {
    'payload.n': n,
    'payload.step': step,
    ...(word !== undefined && { 'payload.word': word }),
  });
const go = (n: number, step: number, word: string) => resets.emit('go', { n, step, word });

/** Sends the run back to before the end of the task that took its `signal`th signal; 0 = its first task. */
async function reset({ id, handle }: Run, signal: number, ...flags: string[]): Promise<void> {
  const { workflow } = await product.temporalClient();
  const latest = workflow.getHandle(id);
  const before = (await latest.describe()).runId;
  const { events } = await handle.fetchHistory();
  const ids = (attributes: 'workflowTaskCompletedEventAttributes' | 'workflowExecutionSignaledEventAttributes') =>
    (events ?? []).filter((event) => event[attributes]).map(({ eventId }) => Number(eventId));
  const after = [0, ...ids('workflowExecutionSignaledEventAttributes')][signal] ?? Infinity;
  const eventId = String(ids('workflowTaskCompletedEventAttributes').find((end) => end > after));
  await product.temporal(
    ...['workflow', 'reset', '--workflow-id', id, '--event-id', eventId, '--reason', 'a test', ...flags],
  );
  await eventually('the run has a new engine run', async () => (await latest.describe()).runId !== before);
}
const WITHOUT_SIGNALS = ['--reapply-exclude', 'Signal'];

/** Parked: its last workflow task is over, and it waits for this step. */
const waitsFor = ({ handle }: Run, step: number) =>
  eventually(`the run waits for step ${step}`, async () => {
    const metadata = JSON.stringify(await handle.query('__temporal_workflow_metadata'));
    return metadata.includes('payload.step') && new RegExp(`payload\\.step[^0-9]*${step}`).test(metadata);
  });

async function expectConsistent({ n, handle }: Run, words: readonly string[]): Promise<void> {
  await eventually('the run is over', async () => (await handle.describe()).status.name !== 'RUNNING');
  expect(await handle.result()).toEqual({ status: 200, output: { words } });
  const events = await resets.events('said', { 'payload.n': n });
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  // Turn 0 is the same in every timeline, so its event was not sent again.
  expect(events.filter(({ payload }) => payload?.['step'] === 0)).toHaveLength(1);
}

it('at the start, signals given again', async () => {
  const run = await begin(1);
  await go(1, 1, 'a');
  await said(1, 1, 'a');
  await waitsFor(run, 2);
  await reset(run, 0);
  await waitsFor(run, 2);
  await go(1, 2, 'b');
  await expectConsistent(run, ['a', 'b']);
});

it('at the start, without its signals', async () => {
  const run = await begin(2);
  await go(2, 1, 'a');
  await said(2, 1, 'a');
  await waitsFor(run, 2);
  await reset(run, 0, ...WITHOUT_SIGNALS);
  await waitsFor(run, 1);
  await go(2, 1, 'again');
  await said(2, 1, 'again');
  await waitsFor(run, 2);
  await go(2, 2, 'b');
  await expectConsistent(run, ['again', 'b']);
});

// A reset keeps what stands in the history before the end of that task: there, the signal that woke it.
it('after the first flush: the waking is done again', async () => {
  const run = await begin(3);
  await waitsFor(run, 1);
  await go(3, 1, 'a');
  await said(3, 1, 'a');
  await waitsFor(run, 2);
  await reset(run, 1, ...WITHOUT_SIGNALS);
  await waitsFor(run, 2);
  await go(3, 2, 'b');
  await expectConsistent(run, ['a', 'b']);
});

it('after the second flush, when it was over already: it ends again', async () => {
  const run = await begin(4);
  await waitsFor(run, 1);
  await go(4, 1, 'a');
  await waitsFor(run, 2);
  await go(4, 2, 'b');
  expect(await run.handle.result()).toEqual({ status: 200, output: { words: ['a', 'b'] } });
  await reset(run, 2, ...WITHOUT_SIGNALS);
  await expectConsistent(run, ['a', 'b']);
});

it('twice', async () => {
  const run = await begin(5);
  await waitsFor(run, 1);
  await go(5, 1, 'a');
  await waitsFor(run, 2);
  await reset(run, 0, ...WITHOUT_SIGNALS);
  await waitsFor(run, 1);
  await go(5, 1, 'second');
  await waitsFor(run, 2);
  await reset(run, 0, ...WITHOUT_SIGNALS);
  await waitsFor(run, 1);
  await go(5, 1, 'third');
  await waitsFor(run, 2);
  await go(5, 2, 'b');
  await expectConsistent(run, ['third', 'b']);
});

it('twice, the second time from the first timeline', async () => {
  const run = await begin(6);
  await waitsFor(run, 1);
  await go(6, 1, 'first');
  await waitsFor(run, 2);
  await go(6, 2, 'b');
  await eventually('the run is over', async () => (await run.handle.describe()).status.name !== 'RUNNING');
  const { runId } = await run.handle.describe();
  await reset(run, 0, ...WITHOUT_SIGNALS);
  await waitsFor(run, 1);
  await go(6, 1, 'second');
  await waitsFor(run, 2);
  const { workflow } = await product.temporalClient();
  await reset({ ...run, handle: workflow.getHandle(run.id, runId) }, 2, '--run-id', runId, ...WITHOUT_SIGNALS);
  await expectConsistent(run, ['first', 'b']);
});
