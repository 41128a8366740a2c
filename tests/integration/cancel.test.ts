/** Cancelling in the Temporal UI; slugs that JavaScript knows; schedules whose last run is still parked. */
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { triggerSchedule } from '../support/trigger-schedule';
import type { WorkspaceClient } from '../support/workspace-client';

jest.setTimeout(60_000);

const waits = `
name: Waits
when: { endpoint: true }
do:
  - all:
      - wait: { oneOf: [{ event: never.comes }], timeout: 3600 }
      - wait: { oneOf: [{ event: nor.this }], timeout: 3600 }
`;
const everyMorning = `
name: Every morning
when: { schedules: ['0 7 * * *'] }
do:
  - emit: { event: morning }
  - wait: { oneOf: [{ event: evening }], timeout: 3600 }
  - emit: { event: done.for.today }
`;
const echo = (slug: string) => `
name: ${slug}
when: { endpoint: true, events: [${slug}.please] }
do:
  - emit: { event: ${slug}.ran }
output: { slug: '{{run.automationSlug}}' }
`;
// Names that a careless lookup finds on every object.
const SLUGS = ['constructor', 'hasOwnProperty', 'toString', 'valueOf', 'default', 'prototype'];

const folder = servedFolder({
  odd: {
    waits,
    'every-morning': everyMorning,
    ...Object.fromEntries(SLUGS.map((slug) => [slug, echo(slug)])),
  },
});
let product: Product;
let odd: WorkspaceClient;

beforeAll(async () => {
  product = await startProduct(folder.path);
  odd = product.workspace('odd');
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

it('answers the caller of a run that is cancelled through Temporal, and closes its waits', async () => {
  const calling = odd.call('waits');
  await odd.until('runtime.waits.pending', {}, { count: 2 });
  const { workflow } = await product.temporalClient();
  const [parked] = await eventually('the run is listed', async () => {
    const found: string[] = [];
    for await (const { workflowId } of workflow.list({ query: "Automation = 'waits' AND ExecutionStatus = 'Running'" }))
      found.push(workflowId);
    return found.length > 0 && found;
  });
  await product.temporal('workflow', 'cancel', '--workflow-id', parked ?? '');
  expect(await calling).toMatchObject({ status: 409, body: { error: 'RunCancelledError' }, runId: parked });
  await eventually('the run is closed as cancelled', async () => {
    const { status } = await workflow.getHandle(parked ?? '').describe();
    return status.name === 'CANCELLED';
  });
  // Nobody listens any more: the events find no wait, and nothing fails.
  await odd.emit('never.comes');
  await odd.emit('nor.this');
  expect(await odd.events('runtime.waits.fulfilled')).toHaveLength(0);
});

it.each(SLUGS)('runs an automation with the slug %s', async (slug) => {
  expect(await odd.call(slug)).toMatchObject({ status: 200, body: { slug } });
  await odd.until(`${slug}.ran`, { 'source.automationSlug': slug });
  await odd.emit(`${slug}.please`);
  await odd.until(`${slug}.ran`, { 'source.automationSlug': slug }, { count: 2 });
});

it('starts the next occurrence of a schedule while the last one is still parked', async () => {
  await triggerSchedule(product, 'odd', 'every-morning');
  await odd.until('morning');
  await triggerSchedule(product, 'odd', 'every-morning');
  await odd.until('morning', {}, { count: 2 });
  const [first, second] = await odd.events('morning');
  expect(first?.source.correlationId).not.toBe(second?.source.correlationId);
  await odd.emit('evening');
  await odd.until('done.for.today', {}, { count: 2 });
  const triggered = await odd.until('runtime.schedules.triggered', {}, { count: 2 });
  expect(triggered.map(({ payload }) => payload?.['schedule'])).toEqual(['0 7 * * *', '0 7 * * *']);
});
