/** Streams of `fetch` when the product dies in the middle, when they are fast, and when nobody reads them. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { startStub, type StubRequest, type StubServer } from '../support/stub-server';
import type { WorkspaceClient } from '../support/workspace-client';

jest.setTimeout(120_000);

const loop = `
name: Loop
when: { events: [loop] }
do:
  - fetch: { url: '{{payload.url}}', method: post, body: { ask: 1 }, output: answer }
  - try:
      do:
        - repeat:
            on: '{{answer.body}}'
            do:
              - emit: { event: piece, payload: { of: '{{payload.name}}', data: '{{item.chunk.data}}' } }
  - emit: { event: ended, payload: { of: '{{payload.name}}', error: '{{error.error}}', message: '{{error.message}}' } }
`;
const publish = `
name: Publish
when: { events: [publish] }
do:
  - fetch:
      url: '{{payload.url}}'
      stream: { event: published, payload: '{{payload.name}}', concatenate: { path: t } }
  - emit: { event: ended, payload: { of: '{{payload.name}}' } }
`;
const count = `
name: Count
when: { endpoint: true }
do:
  - fetch: { url: '{{body.url}}', output: answer }
  - set: { name: n, value: 0 }
  - repeat:
      on: '{{answer.body}}'
      do:
        - set: { name: n, value: '{% {{n}} + 1 %}' }
output: { n: '{{n}}', last: '{{item.index}}' }
`;
const linger = `
name: Linger
when: { endpoint: true }
do:
  - fetch: { url: '{{body.url}}', output: answer }
  - sleep: 2
  - repeat: { on: '{{answer.body}}', until: 1, do: [comment: enough] }
output: {}
`;

const folder = servedFolder({ streams: { loop, publish, count, linger } });
let product: Product;
let streams: WorkspaceClient;
let stub: StubServer;
/** Lets sources that wait go on. */
let open = false;
let written = 0;

const PIECES = 20;
const piece = (n: number): string => `data: {"t":"${String.fromCharCode(97 + n)}"}\n\n`;

const sources: { readonly [path: string]: (response: ServerResponse, request: StubRequest) => Promise<void> } = {
  /** Says the same whenever it is asked, and stops half-way until it may go on. */
  '/same': async (response) => {
    for (let n = 0; n < PIECES; n++) {
      await eventually('the source may go on', async () => n < 8 || open, { withinMs: 100_000 });
      response.write(piece(n));
      await pause(5);
    }
    response.end();
  },
  /** Says something else each time. */
  '/other': async (response, { headers }) => {
    const asked = stub.requests.filter((one) => one.path === '/other').length;
    for (let n = 0; n < 8; n++) response.write(`data: answer ${asked} to ${headers['idempotency-key']}, ${n}\n\n`);
    await eventually('the source may go on', async () => open, { withinMs: 100_000 });
    response.end();
  },
  /** Stops half-way when it is asked for the first time. */
  '/halting': async (response) => {
    for (const n of [1, 2, 3]) response.write(`data: ${n}\n\n`);
    if (stub.requests.filter(({ path }) => path === '/halting').length > 1) response.end('data: 4\n\n');
  },
  '/fast': async (response) => {
    for (let n = 0; n < 8_000; n++) if (!response.write(piece(n % 20))) await once(response, 'drain');
    response.end();
  },
  '/slow': async (response) => {
    for (let n = 0; n < 40; n++) {
      response.write(piece(n % 20));
      await pause(25);
    }
    response.end();
  },
  /** As much as the other side takes. */
  '/endless': async (response) => {
    const line = `data: ${'x'.repeat(1000)}\n\n`;
    const closed = once(response, 'close');
    while (!response.destroyed && written < 200_000_000) {
      written += line.length;
      if (!response.write(line)) await Promise.race([once(response, 'drain'), closed]);
    }
  },
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  stub = await startStub(async (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    await sources[request.path]?.(response, request);
  });
  // So small that the engine's history is begun anew in the middle of streams.
  product = await startProduct(folder.path, { OSTINATO_CONTINUE_AS_NEW_AFTER: '60' });
  streams = product.workspace('streams');
}, 120_000);
afterAll(async () => {
  open = true;
  await product?.stop(); // Feeds the traces back through the machine.
  await stub.close();
  folder.remove();
}, 120_000);

it('goes on at its place after a restart, which no open stream delays', async () => {
  await streams.emit('loop', { name: 'restarted', url: `${stub.url}/halting` });
  await streams.until('piece', { 'payload.of': 'restarted' }, { count: 3 });
  const before = Date.now();
  await product.interrupt();
  expect(Date.now() - before).toBeLessThan(15_000);
  await product.restart();
  await streams.until('ended', { 'payload.of': 'restarted' }, { withinMs: 60_000 });
  const pieces = await streams.events('piece', { 'payload.of': 'restarted' });
  expect(pieces.map(({ payload }) => payload?.['data'])).toEqual([['1'], ['2'], ['3'], ['4']]);
});

it('goes on at its place after kill -9, each piece once; a source that says something else is an error', async () => {
  await streams.emit('loop', { name: 'same', url: `${stub.url}/same` });
  await streams.emit('publish', { name: 'published', url: `${stub.url}/same` });
  await streams.emit('loop', { name: 'other', url: `${stub.url}/other` });
  await streams.until('piece', { 'payload.of': 'same' }, { count: 8 });
  await streams.until('piece', { 'payload.of': 'other' }, { count: 8 });
  await streams.until('published', {}, { count: 8 });
  await product.kill9();
  open = true;
  await product.restart();
  await streams.until('ended', {}, { count: 4, withinMs: 90_000 });

  const letters = Array.from({ length: PIECES }, (_, n) => String.fromCharCode(97 + n));
  const pieces = await streams.events('piece', { 'payload.of': 'same' });
  expect(pieces.map(({ payload }) => payload?.['data'])).toEqual(letters.map((t) => [{ t }]));
  const published = await streams.events('published');
  expect(published.map(({ payload }) => payload?.['index'])).toEqual(letters.map((_, index) => index));
  expect(published.at(-1)?.payload).toMatchObject({ concatenated: { value: letters.join('') } });

  expect(await streams.events('piece', { 'payload.of': 'other' })).toHaveLength(8);
  const [failed] = await streams.events('ended', { 'payload.of': 'other' });
  expect(failed?.payload).toMatchObject({
    error: 'FetchError',
    message: 'The stream was interrupted, and its source does not say the same again',
  });
  for (const path of ['/same', '/other']) {
    const keys = stub.requests.filter((one) => one.path === path).map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(path === '/same' ? 4 : 2);
    expect(new Set(keys).size).toBe(keys.length / 2);
  }
});

it('reads many pieces at once when they come faster than turns', async () => {
  const answer = await streams.call('count', { body: { url: `${stub.url}/fast` } });
  expect(answer).toMatchObject({ status: 200, body: { n: 8_000 } });
  const { workflow } = await product.temporalClient();
  let readings = 0;
  for await (const { runId } of workflow.list({ query: `WorkflowId = '${answer.runId}'` })) {
    const { events } = await workflow.getHandle(answer.runId, runId).fetchHistory();
    readings += (events ?? []).filter(
      ({ activityTaskScheduledEventAttributes: activity }) => activity?.activityType?.name === 'readStream',
    ).length;
  }
  expect(readings).toBeGreaterThan(1);
  expect(readings).toBeLessThan(200);
});

it('begins the history anew in the middle of a slow stream', async () => {
  const answer = await streams.call('count', { body: { url: `${stub.url}/slow` } });
  expect(answer).toMatchObject({ status: 200, body: { n: 40 } });
  const { workflow } = await product.temporalClient();
  const runs: string[] = [];
  for await (const { status } of workflow.list({ query: `WorkflowId = '${answer.runId}'` })) runs.push(status.name);
  expect(runs.filter((status) => status === 'CONTINUED_AS_NEW').length).toBeGreaterThan(0);
  expect(stub.requests.filter(({ path }) => path === '/slow')).toHaveLength(1);
});

it('does not read a source for which nobody has time', async () => {
  await streams.call('linger', { body: { url: `${stub.url}/endless` } });
  // What the sockets of the machine hold, and little more.
  expect(written).toBeLessThan(20_000_000);
  await eventually('the source is let go', async () =>
    stub.requests.some(({ path, hungUp }) => path === '/endless' && hungUp),
  );
});
