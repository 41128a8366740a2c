import { asyncLocalStorage, type Context } from '@temporalio/activity';
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import type { FetchRequest } from '../../shared/core/run/types';
import type { OwnApi } from '../../shared/ports/own-api';
import { eventually } from '../../tests/support/eventually';
import { answerJson, startStub, type StubRequest, type StubServer } from '../../tests/support/stub-server';
import { createFetch, createReadStream, StreamSessions, type FetchSettings } from './index';
import { isBase64 } from './multipart';

let stub: StubServer;
let answer: (request: StubRequest, response: ServerResponse, n: number) => void;
const asked = (): readonly StubRequest[] => stub.requests;

beforeEach(async () => {
  stub = await startStub((request, response) => answer(request, response, stub.requests.length));
});
afterEach(() => stub.close());

const request = (over: Partial<FetchRequest> = {}): FetchRequest => ({
  url: `${stub.url}/v2/workspaces/w`,
  method: 'GET',
  headers: {},
  emitErrors: true,
  outputMode: 'body',
  workspaceId: 'w',
  correlationId: 'c',
  idempotencyKey: 'key',
  ...over,
});

const ownApi = (): OwnApi => ({
  url: `${stub.url}/v2`,
  apiKeyHeader: 'x-prismeai-api-key',
  mintToken: async ({ userId }) => `token-of-${userId}`,
  apiKey: (workspaceId, name) => (workspaceId === 'w' && name === 'known' ? 'the-key' : undefined),
});

const abort = new AbortController();
const warnings: string[] = [];
const context = {
  cancellationSignal: abort.signal,
  heartbeat: () => undefined,
  log: { warn: (message: string) => void warnings.push(message) },
} as unknown as Context;
const streams = new StreamSessions();

const call = (over: Partial<FetchRequest> = {}, settings: Partial<FetchSettings> = {}) =>
  asyncLocalStorage.run(context, () => createFetch({ privateAddresses: 'allow', ...settings }, streams)(request(over)));
const callOwn = (over: Partial<FetchRequest> = {}) => call(over, { ownApi: ownApi() });
const read = (index = 0) =>
  asyncLocalStorage.run(context, () =>
    createReadStream(streams)({ stream: 'key', cursor: { index, bytes: 0, hash: '' } }),
  );

describe('the own API', () => {
  it('gets a token for the user, and the named key', async () => {
    answer = (_request, response) => answerJson(response, {});
    await callOwn({ onBehalfOf: { userId: 'ada' }, apiKey: 'known' });
    expect(asked()[0]?.headers).toMatchObject({
      authorization: 'Bearer token-of-ada',
      'x-prismeai-api-key': 'the-key',
    });
  });

  it('gets the key under the name that the settings give', async () => {
    answer = (_request, response) => answerJson(response, {});
    await call({ apiKey: 'known' }, { ownApi: { ...ownApi(), apiKeyHeader: 'x-key' } });
    expect(asked()[0]?.headers).toMatchObject({ 'x-key': 'the-key' });
    expect(asked()[0]?.headers).not.toHaveProperty('x-prismeai-api-key');
  });

  it.each(['/v2/login', '/v2/workspacesx', '/v2/workspaces/../login', '/v1/workspaces/w'])(
    'gets none of them at %s',
    async (path) => {
      answer = (_request, response) => answerJson(response, {});
      await callOwn({ url: stub.url + path, onBehalfOf: { userId: 'ada' }, apiKey: 'known' });
      expect(Object.keys(asked()[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['authorization']));
      expect(Object.keys(asked()[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['x-prismeai-api-key']));
    },
  );

  it('is called wherever it is, and nothing beside it', async () => {
    answer = (_request, response) => answerJson(response, { fine: true });
    const settings = { privateAddresses: 'refuse', ownApi: ownApi() } as const;
    expect((await call({}, settings)).outcome).toEqual({ ok: { fine: true } });
    expect((await call({ url: `${stub.url}/v2/metrics` }, settings)).outcome).toMatchObject({
      err: { message: expect.stringContaining('not a public') as unknown },
    });
    expect(asked()).toHaveLength(1);
  });

  it('does not lead elsewhere, where only public addresses are called', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/else' }).end();
    const { outcome } = await call({}, { privateAddresses: 'refuse', ownApi: ownApi() });
    expect(outcome).toMatchObject({ err: { message: expect.stringContaining('not a public') as unknown } });
    expect(asked()).toHaveLength(1);
  });

  it('is not another host whose address begins alike', async () => {
    answer = (_request, response) => answerJson(response, {});
    const url = `${stub.url}@127.0.0.1:${new URL(stub.url).port}/v2/workspaces/w`;
    const other = { ...ownApi(), url: 'http://127.0.0.1:1/v2' };
    await call({ url, onBehalfOf: { userId: 'ada' } }, { ownApi: other });
    expect(asked()).toHaveLength(1);
    expect(JSON.stringify(asked()[0]?.headers)).not.toContain('token-of');
  });

  it.each<{ readonly [name: string]: string }>([{ Authorization: 'Bearer mine' }, { 'X-Prismeai-Token': 'at:1' }])(
    'gets the credentials of the author instead: %p',
    async (headers) => {
      answer = (_request, response) => answerJson(response, {});
      await callOwn({ onBehalfOf: { userId: 'ada' }, headers });
      expect(JSON.stringify(asked()[0]?.headers)).not.toContain('token-of');
    },
  );

  it('is not called with a key that there is not', async () => {
    const { outcome } = await callOwn({ apiKey: 'unknown' });
    expect(outcome).toMatchObject({ err: { error: 'InvalidInstructionError', message: 'No api key found' } });
    expect(asked()).toHaveLength(0);
  });

  it('is asked again when it says after how long', async () => {
    const busy = { error: 'TooManyRequests', message: 'slow down', details: { retryAfter: 0.05 } };
    answer = (_request, response, n) => answerJson(response, n < 3 ? busy : { fine: true }, n < 3 ? 429 : 200);
    expect(await callOwn()).toMatchObject({ outcome: { ok: { fine: true } }, attempts: 3 });
    expect(new Set(asked().map(({ headers }) => headers['idempotency-key']))).toEqual(new Set(['key']));
  });

  it('is asked three times at most; then its refusal is the error', async () => {
    const busy = { error: 'TooManyRequests', message: 'slow down', details: { retryAfter: 0 } };
    answer = (_request, response) => answerJson(response, busy, 429);
    expect(await callOwn()).toMatchObject({ outcome: { err: busy }, attempts: 3 });
  });

  it.each([61, undefined])('is not asked again after %p seconds', async (retryAfter) => {
    answer = (_request, response) => answerJson(response, { details: retryAfter ? { retryAfter } : {} }, 429);
    expect(await callOwn()).toMatchObject({ outcome: { err: { error: 'FetchError' } }, attempts: 1 });
  });

  it('alone is asked again: another API has answered', async () => {
    answer = (_request, response) => answerJson(response, { details: { retryAfter: 0 } }, 429);
    const { outcome, attempts } = await callOwn({ url: `${stub.url}/else` });
    expect([outcome, attempts]).toEqual([{ ok: { details: { retryAfter: 0 } } }, 1]);
  });
});

describe('the network', () => {
  it('may be silent for so long and no longer', async () => {
    answer = () => undefined;
    const { outcome } = await call({}, { silenceTimeoutMs: 200 });
    expect(outcome).toMatchObject({ err: { error: 'FetchError', details: { method: 'GET' } } });
  });

  it('may break an answer off twice', async () => {
    answer = (_request, response, n) => {
      if (n === 3) return answerJson(response, { fine: true });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
      setTimeout(() => response.destroy(), 20);
    };
    expect(await call()).toMatchObject({ outcome: { ok: { fine: true } }, attempts: 3 });
  });

  it('is not used for addresses that are not public, where that is refused', async () => {
    const { outcome } = await call({}, { privateAddresses: 'refuse' });
    expect(outcome).toMatchObject({ err: { error: 'FetchError', message: expect.stringContaining('not a public') } });
    expect(asked()).toHaveLength(0);
  });

  it('sends a form the same way each time', async () => {
    const types: string[] = [];
    answer = ({ headers }, response, n) => {
      types.push(String(headers['content-type']));
      if (n === 1) response.socket?.resetAndDestroy();
      else answerJson(response, {});
    };
    await call({ method: 'POST', multipart: [{ fieldname: 'a "b"', value: 'c' }], headers: { 'content-type': 'x' } });
    expect(types[1]).toMatch(/^multipart\/form-data; boundary=/);
    expect(types[0]).toBe(types[1]);
    expect(asked()[1]?.body).toEqual([{ name: 'a %22b%22', text: 'c' }]);
  });

  it('gets headers of its own for what is sent, also when those of another call are handed on', async () => {
    answer = (_request, response) => answerJson(response, {});
    const framing = { 'Content-Length': '99', 'transfer-encoding': 'chunked', 'keep-alive': 'timeout=5', expect: 'x' };
    const headers = { ...framing, connection: 'close', te: 'x', 'x-mine': 'y' };
    const { outcome } = await call({ method: 'POST', body: { a: 1 }, headers });
    expect(outcome).toEqual({ ok: {} });
    expect(asked()[0]).toMatchObject({ body: { a: 1 }, headers: { 'content-length': '7', 'x-mine': 'y' } });
  });

  it('refuses what is no list of bytes', async () => {
    const { outcome } = await call({ method: 'POST', multipart: [{ fieldname: 'a', value: [256] }] });
    expect(outcome).toMatchObject({ err: { error: 'InvalidInstructionError' } });
  });
});

describe('an answer', () => {
  const text = JSON.stringify({ fine: true });
  it.each<[string, Buffer | string]>([
    ['gzip', gzipSync(text)],
    ['GZIP, identity', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['something else', text],
  ])('is read whose content-encoding is %s', async (encoding, body) => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'Application/JSON', 'content-encoding': encoding });
      response.end(body);
    };
    expect((await call()).outcome).toEqual({ ok: { fine: true } });
  });

  it('may be compressed and empty', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end();
    expect((await call()).outcome).toEqual({ ok: '' });
  });

  it('that is not compressed as it says is an error', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain');
    expect(await call()).toMatchObject({ outcome: { err: { error: 'FetchError' } }, attempts: 1 });
  });

  it('that breaks off is asked for again, also when it is compressed', async () => {
    answer = (_request, response, n) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      if (n === 2) return response.end(gzipSync(text));
      response.write(gzipSync(text).subarray(0, 15));
      setTimeout(() => response.destroy(), 20);
    };
    expect(await call()).toMatchObject({ outcome: { ok: { fine: true } }, attempts: 2 });
  });
});

describe('a stream', () => {
  it('may be compressed', async () => {
    const source = createGzip();
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      source.pipe(response);
      source.write('data: a\n\n');
      source.flush();
    };
    await call();
    expect((await read()).chunks).toEqual([{ index: 0, chunk: { data: ['a'] } }]);
    source.write('data: b\n\n');
    source.flush();
    expect((await read(1)).chunks).toEqual([{ index: 1, chunk: { data: ['b'] } }]);
    streams.close('key');
    await eventually('the source is let go', async () => asked()[0]?.hungUp === true);
  });

  it('is opened by the call and read afterwards', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-a': '1' });
      response.end('data: a\n\nnonsense\n');
    };
    const opened = await call({ outputMode: 'data_url' });
    expect(opened).toMatchObject({ outcome: { ok: { status: 200, headers: { 'x-a': '1' }, stream: true } } });
    expect(opened.stream).toMatchObject({ index: 0, bytes: 0 });
    expect((await read()).chunks).toEqual([{ index: 0, chunk: { data: ['a'] } }]);
    expect(await read(1)).toMatchObject({ end: true });
    streams.close('key');
    expect(await read()).toEqual({ chunks: [], lost: true });
  });

  it('that falls silent is a failure behind what it said', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: a\n\n');
    };
    await call({}, { silenceTimeoutMs: 300 });
    expect((await read()).chunks).toHaveLength(1);
    expect(await read(1)).toMatchObject({ end: true, error: { error: 'FetchError' } });
  });

  it('tells in the log of lines that it left out', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      setTimeout(() => response.end('nonsense\ndata: a\n'), 50);
    };
    await call();
    await read();
    expect(warnings.at(-1)).toMatch(/^1 lines of a stream/);
  });

  it('with a bad status sends the event, without a body', async () => {
    answer = (_request, response) => {
      response.writeHead(503, { 'content-type': 'text/event-stream' });
      response.end();
    };
    const { events } = await call();
    expect(events).toMatchObject([
      { type: 'runtime.fetch.failed', payload: { response: { status: 503, body: null } } },
    ]);
  });
});

it.each([
  ['aGVsbG8=', true],
  ['AAAA', true],
  ['true', false],
  ['false', false],
  ['', false],
  ['abc', false],
  ['a b=', false],
  ['=AAA', false],
  ['data:image/png;base64,AAAA', false],
  ['A'.repeat(2048), true],
  [`${'A'.repeat(1024)}----`, true],
])('%s is base64: %p', (text, is) => expect(isBase64(text)).toBe(is));
