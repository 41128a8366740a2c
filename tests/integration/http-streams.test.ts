/** What callers of an endpoint get while the run goes on, and what they may send: numbers are those of the tables of cases. */
import { eventually } from '../support/eventually';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import type { WorkspaceClient } from '../support/workspace-client';

jest.setTimeout(60_000);

const automation = (body: string): string =>
  `name: For a test\nwhen: { endpoint: true }\n${body}${body.includes('do:') ? '' : '\ndo: []'}\n`;
const output = `output: { b: '{{body}}', q: '{{query}}', m: '{{method}}' }`;

const folder = servedFolder({
  web: {
    echo: automation(output),
    named: `name: Named\nwhen: { endpoint: custom }\ndo: []\noutput: { ran: true }\n`,
    off: `${automation('output: { ran: true }')}disabled: true\n`,
    headers: automation(`output: '{{headers}}'`),
    teapot: automation(
      `do: [set: { name: $http, value: { status: 418, headers: { x-foo: bar } } }]\noutput: { ok: true }`,
    ),
    chunks: automation(
      `do: [set: { name: $http, value: { chunk: { a: 1 } } }, set: { name: $http, value: { chunk: { a: 2 } } }]\noutput: { done: true }`,
    ),
    one: automation(`do: [set: { name: $http, value: { chunk: { a: 1 }, status: 418 } }]`),
    fails: automation(`do: [set: { name: $http, value: { chunk: { a: 1 } } }, sleep: 0, off: { password: hunter2 }]`),
    ungiven: automation(`do: [child: {}]\noutput: { ok: true }`),
    given: automation(`do: [child: { $http: '{{$http}}' }]\noutput: { ok: true }`),
    renamed: automation(`do: [accepts: { h: '{{$http}}' }]\noutput: { ok: true }`),
    child: `name: Child\ndo: [set: { name: $http, value: { status: 202 } }]\n`,
    accepts: `name: Accepts\ndo: [set: { name: h, value: { status: 202 } }]\n`,
    slow: automation(`
do:
  - set: { name: $http, value: { headers: { x-before: '1' }, chunk: { n: 1 } } }
  - sleep: 1
  - set: { name: $http, value: { chunk: { n: 2 }, headers: { x-after: '1' } } }
  - wait: { oneOf: [{ event: go.on }], timeout: 60 }
output: { n: 3 }`),
    alive: automation(`
do:
  - set: { name: $http, value: { sseKeepAlive: 1, headers: { x-foo: bar } } }
  - wait: { oneOf: [{ event: stay.alive }], timeout: 3 }
output: {}`),
    takes: `name: Takes\ndo: []\noutput: { n: '{{n}}', word: '{{word}}', size: '{{file.size}}' }\n`,
    length: automation(`output: { size: '{{body.f.size}}', name: '{{body.f.originalname}}' }`),
  },
});
let product: Product;
let web: WorkspaceClient;

beforeAll(async () => {
  product = await startProduct(folder.path, { OSTINATO_ANSWER_TIMEOUT: '3', WEBHOOKS_SSE_KEEPALIVE: '500' });
  web = product.workspace('web');
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const urlOf = (endpoint: string) => `${product.url}/v2/workspaces/web/webhooks/${endpoint}`;

describe('the body', () => {
  it('6: of a GET is empty, the query is there', async () => {
    const { body } = await web.call('echo', { method: 'GET', query: { a: '1' } });
    expect(body).toEqual({ b: {}, q: { a: '1' }, m: 'GET' });
  });

  it('7: of a form is its fields; a repeated one is a list', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await web.call('echo', { text: 'a=1&b=2', headers })).body).toMatchObject({ b: { a: '1', b: '2' } });
    expect((await web.call('echo', { text: 'a=1&a=2&a=3', headers })).body).toMatchObject({
      b: { a: ['1', '2', '3'] },
    });
  });

  it('8: of a list is an object', async () => {
    expect((await web.call('echo', { body: [1, 2] })).body).toMatchObject({ b: { 0: 1, 1: 2 } });
  });

  it('of a multipart form has its files, also large ones', async () => {
    const form = new FormData();
    form.append('f', new Blob([new Uint8Array(3_000_000)], { type: 'image/png' }), 'a.png');
    const answer = await fetch(urlOf('length'), { method: 'POST', body: form });
    expect([answer.status, await answer.json()]).toEqual([200, { size: 3_000_000, name: 'a.png' }]);
  });

  it('with a file above 10 MB is refused', async () => {
    const form = new FormData();
    form.append('f', new Blob([new Uint8Array(10_000_001)]), 'a.bin');
    const answer = await fetch(urlOf('length'), { method: 'POST', body: form });
    expect([answer.status, await answer.json()]).toMatchObject([413, { error: 'InvalidUploadError' }]);
  });
});

describe('a form that tests an automation', () => {
  const test = async (parts: { readonly [name: string]: string | Blob }) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(parts)) form.append(name, value);
    const headers = { authorization: `Bearer ${OWNER_TOKEN}` };
    const answer = await fetch(`${product.url}/v2/workspaces/web/test/takes`, { method: 'POST', headers, body: form });
    return [answer.status, await answer.json()];
  };

  it('gives it the payload, and beside it fields and one file', async () => {
    const file = new Blob([new Uint8Array(512_000)]);
    const parts = { payload: '{"n": 7}', word: 'hello', file };
    expect(await test(parts)).toEqual([200, { n: 7, word: 'hello', size: 512_000 }]);
    expect(await test({ file })).toEqual([200, { size: 512_000 }]);
  });

  it.each([
    ['a file above 500 KB', { file: new Blob([new Uint8Array(512_001)]) }, 413, 'InvalidUploadError'],
    ['two files', { file: new Blob(['1']), other: new Blob(['2']) }, 413, 'InvalidUploadError'],
    ['a payload that is no JSON', { payload: '{n' }, 400, 'RequestValidationError'],
    ['a payload that is no object', { payload: '[1]' }, 400, 'RequestValidationError'],
  ])('is refused with %s', async (_what, parts: { [name: string]: string | Blob }, status, error) => {
    expect(await test(parts)).toMatchObject([status, { error }]);
  });
});

describe('the endpoint', () => {
  it('9, 10: is the given name, instead of the slug', async () => {
    expect(await web.call('named')).toMatchObject({ status: 404, body: { error: 'ObjectNotFoundError' } });
    expect(await web.call('custom')).toMatchObject({ status: 200, body: { ran: true } });
  });

  it.each(['off', 'child', 'nowhere'])('11: %s is none', async (name) => {
    const message = `Did not find any matching trigger for endpoint ${name}`;
    expect(await web.call(name)).toMatchObject({ status: 404, body: { error: 'ObjectNotFoundError', message } });
  });

  it('12: shows headers without cookies and x-', async () => {
    const { body } = await web.call('headers', { headers: { 'x-a': '1', cookie: 'c', foo: 'bar' } });
    expect(body).toMatchObject({ foo: 'bar' });
    expect(Object.keys(body as object).filter((name) => name === 'cookie' || name.startsWith('x-'))).toEqual([]);
  });
});

describe('$http', () => {
  it('13: sets status and headers', async () => {
    const { status, headers, body } = await web.call('teapot');
    expect([status, headers['x-foo'], body]).toEqual([418, 'bar', { ok: true }]);
  });

  it.each([
    [14, 'chunks', 'data: {"a":1}\n\ndata: {"a":2}\n\ndata: {"done":true}\n\n'],
    [15, 'one', 'data: {"a":1}\n\n'],
  ])('%i: %s is a stream', async (_number, endpoint, text) => {
    const { status, headers, body } = await web.call(endpoint);
    expect([status, body]).toEqual([200, text]);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      connection: 'keep-alive',
    });
  });

  it('16: a failure is the last line of a stream, without the input', async () => {
    const { status, body } = await web.call('fails');
    const [first, last] = String(body).split('\n\n');
    expect([status, first]).toEqual([200, 'data: {"a":1}']);
    expect(JSON.parse(String(last).slice('data: '.length))).toMatchObject({
      error: 'ObjectNotFoundError',
      message: expect.any(String) as string,
      details: { automation: 'off' },
    });
    expect(String(body)).not.toContain('hunter2');
  });

  it('17, 18: a child has it only when it is given', async () => {
    expect(await web.call('ungiven')).toMatchObject({ status: 200, body: { ok: true } });
    expect(await web.call('given')).toMatchObject({ status: 202, body: { ok: true } });
    expect(await web.call('renamed')).toMatchObject({ status: 202, body: { ok: true } });
  });
});

/** A stream as it comes: pieces with the time at which they were there. */
async function open(endpoint: string, headers: { [name: string]: string } = {}) {
  const leaves = new AbortController();
  const response = await fetch(urlOf(endpoint), { method: 'POST', headers, signal: leaves.signal });
  const pieces: { text: string; at: number }[] = [];
  const over = (async () => {
    const decoder = new TextDecoder();
    for await (const piece of response.body as AsyncIterable<Uint8Array>)
      pieces.push({ text: decoder.decode(piece), at: performance.now() });
  })();
  over.catch(() => undefined);
  const text = () => pieces.map((piece) => piece.text).join('');
  return { response, pieces, over, text, leave: () => leaves.abort() };
}

const COMPLETE = 'data: {"n":1}\n\ndata: {"n":2}\n\ndata: {"n":3}\n\n';

describe('a stream', () => {
  it('is read while the run goes on, beyond the time that a caller would wait for an answer', async () => {
    const stream = await open('slow', { 'idempotency-key': 's1' });
    expect(stream.response.headers.get('x-before')).toBe('1');
    expect(stream.response.headers.get('x-after')).toBeNull();
    await eventually('both chunks are there', () => stream.text().includes('"n":2'));
    const [first, second] = stream.pieces;
    expect(first?.text).toBe('data: {"n":1}\n\n');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(900);
    // Somebody who calls with the same key meanwhile gets all of it, and no chunk twice.
    const again = await open('slow', { 'idempotency-key': 's1' });
    await eventually('the second caller has both', () => again.text().includes('"n":2'));
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await web.emit('go.on');
    await Promise.all([stream.over, again.over]);
    expect([stream.text(), again.text()]).toEqual([COMPLETE, COMPLETE]);
    const later = await open('slow', { 'idempotency-key': 's1' });
    await later.over;
    expect(later.text()).toBe(COMPLETE);
    expect(later.response.headers.get('x-ostinato-run-id')).toBe(stream.response.headers.get('x-ostinato-run-id'));
    expect(await web.events('runtime.automations.executed', { 'payload.slug': 'slow' })).toHaveLength(1);
  });

  it('that the client leaves goes on as a run, and fails nowhere', async () => {
    const stream = await open('slow', { 'idempotency-key': 's2' });
    await eventually('the first chunk is there', () => stream.text().includes('"n":1'));
    stream.leave();
    await web.until('runtime.waits.pending', { 'source.automationSlug': 'slow' }, { count: 2 });
    await web.emit('go.on');
    await web.until('runtime.automations.executed', { 'payload.slug': 'slow' }, { count: 2 });
    const later = await open('slow', { 'idempotency-key': 's2' });
    await later.over;
    expect(later.text()).toBe(COMPLETE);
    expect(await web.events('error', { 'payload.error': 'TimeoutError' })).toEqual([]);
  });

  it('is opened and kept alive on request, not more often than the setting says', async () => {
    const stream = await open('alive');
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.response.headers.get('x-foo')).toBe('bar');
    await eventually('two signs of life', () => stream.text().split('data: {"keepAlive": true}\n\n').length > 2);
    await web.emit('stay.alive');
    await stream.over;
    const signs = stream.pieces.map(({ at }) => at);
    expect((signs[1] ?? 0) - (signs[0] ?? 0)).toBeGreaterThan(400);
    expect(stream.text().replaceAll('data: {"keepAlive": true}\n\n', '')).toBe('');
  });

  it('survives a kill -9 of the product: who calls again with the key gets all of it, once', async () => {
    const stream = await open('slow', { 'idempotency-key': 's3' });
    await eventually('both chunks are there', () => stream.text().includes('"n":2'));
    await product.kill9();
    await product.restart();
    const again = await open('slow', { 'idempotency-key': 's3' });
    await eventually('the second caller has both', () => again.text().includes('"n":2'));
    // The chunk is stored before the wait is open: the event must not come in between.
    await web.until('runtime.waits.pending', { 'source.automationSlug': 'slow' }, { count: 3, withinMs: 30_000 });
    await web.emit('go.on');
    await again.over;
    expect(again.text()).toBe(COMPLETE);
  });
});
