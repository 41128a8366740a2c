/**
 * "The trace is the truth", as a command. (Every other test file of this folder runs it too, over all that it did, when it
 * stops its product.)
 */
import Database from 'libsql';
import { join } from 'node:path';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { verifyTraces } from '../support/verify-traces';

jest.setTimeout(60_000);

const varied = `
name: A bit of everything
when: { endpoint: true, events: [again] }
do:
  - set: { name: chance, value: '{% rand() %}' }
  - set: { name: 'global.seen[]', value: '{{run.date}}' }
  - double: { n: 21, output: answer }
  - repeat:
      until: 3
      do:
        - emit: { event: counted, payload: { item: '{{item}}', chance: '{{chance}}' } }
  - all:
      - wait: { oneOf: [{ event: left }], timeout: 30, output: left }
      - wait: { oneOf: [{ event: right }], timeout: 1, output: right }
  - emit: { event: over, payload: { at: '{{run.date}}', big: '{{left.payload.text}}', answer: '{{answer.n}}' } }
output: { answer: '{{answer.n}}' }
`;
const double = `
name: Double
do: []
output: { n: '{% {{n}} * 2 %}' }
`;

const folder = servedFolder({ varied: { varied, double } });
let product: Product;

beforeAll(async () => {
  product = await startProduct(folder.path);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

it('gives the same states, events and ids when it is fed back: 0 differences', async () => {
  const client = product.workspace('varied');
  const calls = [1, 2, 3].map(() => client.call('varied'));
  await client.emit('again');
  await client.until('runtime.waits.pending', {}, { count: 8 });
  await client.emit('left', { text: 'x'.repeat(5000) }); // Above 2 KB: kept beside the record.
  expect((await Promise.all(calls)).map(({ body }) => body)).toEqual([1, 2, 3].map(() => ({ answer: 42 })));
  await client.until('over', {}, { count: 4 });
  expect(await product.interrupt()).toBe(0);
  expect(await verifyTraces(product.dataDir)).toMatch(/^4 runs, 12 turns, 0 differences\n$/);
});

it('tells a record that is not what the machine does', async () => {
  const db = new Database(join(product.dataDir, 'ostinato.db'));
  const change = (from: string, to: string) =>
    db.prepare('UPDATE run_flushes SET record = replace(record, ?, ?) WHERE flush = 0').run(from, to);
  change('"counted"', '"miscounted"');
  await expect(verifyTraces(product.dataDir)).rejects.toThrow(/flush 0: events[^]*4 runs, 12 turns, 4 differences/);
  change('"miscounted"', '"counted"');
  db.close();
  await expect(verifyTraces(product.dataDir)).resolves.toContain(' 0 differences');
});
