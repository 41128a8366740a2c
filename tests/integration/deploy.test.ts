/** Saving, renaming and deleting files while the product runs; a second start on a data folder in use. */
import { eventually } from '../support/eventually';
import { runEmbedded, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import type { WorkspaceClient } from '../support/workspace-client';

jest.setTimeout(60_000);

const hello = (word: string) => `
name: Hello
when: { endpoint: true }
do: []
output: { word: ${word} }
`;
const parks = (word: string) => `
name: Parks
when: { events: [park] }
do:
  - wait: { oneOf: [{ event: go.on }], timeout: 3600 }
  - say: { output: said }
  - emit: { event: went.on, payload: { word: ${word}, said: '{{said.word}}' } }
`;
const say = (word: string) => `
name: Say
do: []
output: { word: ${word} }
`;

const folder = servedFolder({ live: { hello: hello('one'), parks: parks('old'), say: say('old') } });
let product: Product;
let live: WorkspaceClient;

beforeAll(async () => {
  product = await startProduct(folder.path);
  live = product.workspace('live');
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const answers = (endpoint: string, body: unknown) =>
  eventually(`${endpoint} answers ${JSON.stringify(body)}`, async () => {
    const answer = await live.call(endpoint);
    return JSON.stringify(answer.body) === JSON.stringify(body);
  });
const isGone = (endpoint: string) =>
  eventually(`${endpoint} is gone`, async () => (await live.call(endpoint)).status === 404);

it('serves a saved file, and ends parked runs on the release that they started with', async () => {
  await live.emit('park');
  await live.until('runtime.waits.pending');
  folder.write('live', { hello: hello('two'), parks: parks('new'), say: say('new') });
  await answers('hello', { word: 'two' });
  await eventually('the new release of all files serves', async () => {
    const { body } = await live.test('say');
    return JSON.stringify(body) === '{"word":"new"}';
  });
  await live.emit('go.on');
  const [first] = await live.until('went.on');
  expect(first?.payload).toEqual({ word: 'old', said: 'old' });
  await live.emit('park');
  await live.until('runtime.waits.pending', {}, { count: 2 });
  await live.emit('go.on');
  const events = await live.until('went.on', {}, { count: 2 });
  expect(events[1]?.payload).toEqual({ word: 'new', said: 'new' });
});

it('keeps the parked run on its release over a restart', async () => {
  await live.emit('park');
  await live.until('runtime.waits.pending', {}, { count: 3 });
  expect(await product.interrupt()).toBe(0);
  folder.write('live', { parks: parks('newest') });
  await product.restart();
  await live.emit('go.on');
  const events = await live.until('went.on', {}, { count: 3 });
  expect(events[2]?.payload).toEqual({ word: 'new', said: 'new' });
});

it('serves a renamed file under its new name only', async () => {
  folder.rename('live', 'hello', 'hi');
  await answers('hi', { word: 'two' });
  await isGone('hello');
});

it('goes on serving the last good release after a mistake, and says everything that is wrong', async () => {
  folder.write('live', {
    hi: 'name: Hi\nwhen: { endpoint: true }\ndo:\n  - emitt: { event: a }\n  - set: { value: 1 }\n',
  });
  await eventually('both mistakes are printed', () => {
    const output = product.output();
    return /hi\.yml:4:5/.test(output) && /hi\.yml:5:/.test(output);
  });
  expect(product.output()).toMatch(/emit\b/); // The hint names the nearest instruction.
  await answers('hi', { word: 'two' });
  folder.write('live', { hi: hello('three') });
  await answers('hi', { word: 'three' });
});

it('does not deploy half of what was changed', async () => {
  folder.write('live', { say: say('half'), hi: 'name: [' });
  await eventually('the mistake is printed', () => /hi\.yml:1:/.test(product.output()));
  expect((await live.test('say')).body).toEqual({ word: 'new' });
  folder.write('live', { hi: hello('four') });
  await answers('hi', { word: 'four' });
  expect((await live.test('say')).body).toEqual({ word: 'half' });
});

it('no longer serves a deleted file', async () => {
  folder.delete('live', 'hi');
  await isGone('hi');
});

it('serves a workspace that appears later', async () => {
  folder.write('later', { 'index.yml': 'name: Later\n', hello: hello('late') });
  await eventually(
    'the workspace answers',
    async () => (await product.workspace('later').call('hello')).status === 200,
  );
});

it('refuses a second start on the same data folder, and says who has it', async () => {
  const { code, output } = await runEmbedded(folder.path, { DATA_DIR: product.dataDir, GATEWAY_PORT: '0' });
  expect(code).not.toBe(0);
  expect(output).toMatch(/in use by process \d+ since \S+ \(serving on http:\/\/localhost:\d+\)/);
  expect(output).toContain(new URL(product.url).port);
  expect(output).toMatch(/DATA_DIR/);
});
