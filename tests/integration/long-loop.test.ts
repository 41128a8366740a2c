/**
 * A loop of 100,000 iterations, with waits in its middle, goes through continue-as-new from inside `repeat`, and ends
 * right. The threshold is lowered, so that it happens at least three times: at each waking.
 */
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(180_000);

const ITERATIONS = 100_000;

const counter = `
name: Counts
when: { events: [count] }
do:
  - set: { name: sum, value: 0 }
  - repeat:
      until: ${ITERATIONS}
      do:
        - set: { name: sum, value: '{% {{sum}} + {{item}} %}' }
        - conditions:
            '{{item}} % 20000 == 10000':
              - wait: { oneOf: [{ event: go.on }], timeout: 600, output: last }
            default: []
  - emit: { event: counted, payload: { sum: '{{sum}}', index: '{{$index}}', last: '{{last.payload.n}}' } }
`;
const walker = `
name: Waits again and again
when: { events: [walk] }
do:
  - set: { name: steps, value: [] }
  - repeat:
      until: 12
      do:
        - all:
            - wait: { oneOf: [{ event: step, filters: { payload.n: '{{$index}}' } }], timeout: 600, output: left }
            - wait: { oneOf: [{ event: step, filters: { payload.n: '{{$index}}' } }], timeout: 600, output: right }
        - set: { name: 'steps[]', value: '{{left.payload.n}}' }
        - emit: { event: stepped, payload: { n: '{{$index}}' } }
  - emit: { event: walked, payload: { steps: '{{steps}}' } }
`;

const folder = servedFolder({ loops: { counter, walker } });
let product: Product;

beforeAll(async () => {
  product = await startProduct(folder.path, { OSTINATO_CONTINUE_AS_NEW_AFTER: '10' });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 180_000);

/** How often the run was continued as new, from its whole chain of engine runs. */
async function continuations(automation: string): Promise<number> {
  const { workflow } = await product.temporalClient();
  let count = 0;
  for await (const { status } of workflow.list({ query: `Automation = '${automation}'` }))
    if (status.name === 'CONTINUED_AS_NEW') count++;
  return count;
}

it(`counts to ${ITERATIONS} over at least three continuations`, async () => {
  const loops = product.workspace('loops');
  await loops.emit('count');
  for (let n = 1; n <= 5; n++) {
    await loops.until('runtime.waits.pending', {}, { count: n, withinMs: 60_000 });
    await loops.emit('go.on', { n });
  }
  const [counted] = await loops.until('counted', {}, { withinMs: 90_000 });
  expect(counted?.payload).toEqual({
    sum: (ITERATIONS * (ITERATIONS - 1)) / 2,
    index: ITERATIONS - 1,
    last: 5,
  });
  expect(await loops.events('counted')).toHaveLength(1);
  expect(
    await eventually('continuations', async () => (await continuations('counter')) || null),
  ).toBeGreaterThanOrEqual(3);
});

it('keeps waits of an `all` across continuations', async () => {
  const loops = product.workspace('loops');
  await loops.emit('walk');
  for (let n = 0; n < 12; n++) {
    await loops.until('runtime.waits.pending', { 'source.automationSlug': 'walker' }, { count: 2 * (n + 1) });
    await loops.emit('step', { n });
    await loops.until('stepped', { 'payload.n': n });
  }
  const [walked] = await loops.until('walked');
  expect(walked?.payload).toEqual({ steps: Array.from({ length: 12 }, (_, n) => n) });
  expect(await continuations('walker')).toBeGreaterThanOrEqual(3);
});
