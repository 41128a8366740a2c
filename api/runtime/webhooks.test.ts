import type { AnswerPart } from '../../shared/core/run/types';
import { memoryAnswerChannel } from '../../shared/drivers/answer-channel/memory';
import { tokenBuckets } from '../../shared/drivers/rate-limits/token-buckets';
import type { RunStart } from '../../shared/ports/run-engine';
import { fakeIdentity, fakePermissions, fakeRoles, OWNER_TOKEN } from '../../shared/testing/fakes/access';
import { fakeLog } from '../../shared/testing/fakes/log';
import { fail } from '../../shared/core/errors/errors';
import { aRelease } from '../../shared/testing/fakes/release';
import { answering, fakeRunEngine } from '../../shared/testing/fakes/run-engine';
import { serve } from '../../shared/testing/fakes/serve';
import {
  fakeContextStore,
  fakeIdempotencyStore,
  fakeReleaseStore,
  fakeTraceStore,
} from '../../shared/testing/fakes/stores';
import { appBehindGateway } from '../../tests/support/front-door';
import { createMetrics } from '../http/metrics';
import { contractFile } from '../http/openapi';
import { defaultHttpSettings } from '../http/settings';
import { createAdmission } from './admission';
import { createActiveReleases } from './deploy/active-releases';
import { createRuntimeHandlers } from './runtime-handlers';
import { createCallRun } from './runs/call-run';
import { createRunEnv } from './runs/run-env';
import { createStartInputs } from './runs/start-input';
import { createStartRun } from './runs/start-run';

const end = (output: unknown): AnswerPart => ({
  end: { status: 200, output: output as never },
});

interface Options {
  readonly parts?: (start: RunStart) => readonly AnswerPart[];
  /** Runs answer by themselves; false: the test publishes. */
  readonly answers?: boolean;
  readonly slots?: number;
  readonly queueLimit?: number;
  readonly answerTimeoutMs?: number;
  readonly minimumKeepAliveMs?: number;
  readonly refuses?: Parameters<typeof fakePermissions>[0];
}

async function start(options: Options = {}) {
  const channel = memoryAnswerChannel();
  const parts = options.parts ?? (({ input }: RunStart) => [end({ args: input.args })]);
  const traces = fakeTraceStore();
  const engine = fakeRunEngine(options.answers === false ? undefined : answering(channel, traces.answers, parts));
  const releases = createActiveReleases(fakeReleaseStore());
  releases.set(
    'acme',
    aRelease({
      hello: { endpoint: 'hello' },
      first: { endpoint: 'shared' },
      second: { endpoint: 'shared' },
      slashed: { endpoint: 'a b/c' },
      constructor: { endpoint: 'constructor' },
      off: { endpoint: 'off', disabled: true },
      silent: {},
    }),
  );
  const settings = { slots: options.slots ?? 100, queueLimit: options.queueLimit ?? 100, holdMs: 60_000 };
  const admission = createAdmission(settings, channel);
  const limits = { maximumSuccessiveCalls: 20, waitDefaultTimeoutMs: 20_000, eventMaxLength: 1e5, stepsPerTurn: 1e4 };
  const env = createRunEnv({ locale: 'en', timeZone: 'UTC' });
  const handlers = createRuntimeHandlers({
    releases,
    permissions: fakePermissions(options.refuses),
    startRun: createStartRun({
      admission,
      contexts: fakeContextStore(),
      rates: tokenBuckets(() => undefined),
      engine,
      inputs: createStartInputs({ apiUrl: 'http://localhost:3001/v2', env, limits }),
    }),
    callRun: createCallRun(channel, {
      answerTimeoutMs: options.answerTimeoutMs ?? 20_000,
      minimumKeepAliveMs: options.minimumKeepAliveMs ?? 5_000,
    }),
    idempotency: fakeIdempotencyStore(),
    traces,
    settings: { idempotencyKeepMs: 60_000, correlationIdHeader: 'x-correlation-id' },
  });
  const app = appBehindGateway({
    services: [{ contract: contractFile('runtime'), handlers }],
    identity: fakeIdentity(),
    roles: fakeRoles(),
    log: fakeLog(),
    metrics: createMetrics({ processDefaults: false }),
    settings: defaultHttpSettings,
    health: async () => [],
  });
  const served = await serve(app);
  closers.push(served.close);
  const base = `${served.url}/v2/workspaces/acme`;
  return { ...served, base, engine, channel, traces, admission, hook: `${base}/webhooks` };
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('inputs of a webhook', () => {
  it.each([
    ['an object', { a: 1 }, { a: 1 }],
    ['a list, spread', [1, 2], { 0: 1, 1: 2 }],
    ['a lone value, ignored', 'text', {}],
    ['null', null, {}],
  ])('body: %s', async (_, sent, seen) => {
    const { hook } = await start();
    expect(await (await post(`${hook}/hello`, sent)).json()).toMatchObject({ args: { body: seen } });
  });

  it('knows no other body than JSON and forms', async () => {
    const { hook } = await start();
    const form = new FormData();
    form.set('a', '1');
    for (const body of ['text', form]) {
      const answer = await fetch(`${hook}/hello`, { method: 'PUT', body });
      expect(await answer.json()).toMatchObject({ args: { body: {}, method: 'PUT' } });
    }
  });

  it('shows headers, but neither cookies nor x-* nor the token of the platform', async () => {
    const { hook } = await start();
    const headers = { foo: 'bar', cookie: 'c=1', 'x-a': '1', authorization: `Bearer ${OWNER_TOKEN}` };
    const { args } = (await (await fetch(`${hook}/hello?a=1&b=1&b=2`, { headers })).json()) as never as {
      args: { headers: object; query: object };
    };
    expect(args.headers).toMatchObject({ foo: 'bar' });
    expect(Object.keys(args.headers).filter((name) => /^(x-|cookie|host|authorization)/.test(name))).toEqual([]);
    expect(args.query).toEqual({ a: '1', b: ['1', '2'] });
  });

  it('starts one run: key, identity, chain, announcements and globals', async () => {
    const { hook, engine } = await start();
    const answer = await post(`${hook}/hello`, {}, { authorization: `Bearer ${OWNER_TOKEN}` });
    const [run] = engine.starts;
    expect(run?.key).toMatch(/^acme\/hello\/[0-9A-Z]{26}$/);
    expect(answer.headers.get('x-ostinato-run-id')).toBe(run?.key);
    expect(answer.headers.get('x-correlation-id')).toBe(run?.input.correlationId);
    expect(run?.input).toMatchObject({
      trigger: { type: 'endpoint', value: 'hello' },
      identity: { userId: 'owner', sessionId: 'owner-session' },
      depth: 0,
      announce: ['interaction', 'webhook'],
      contexts: { global: { owner: 'global' }, user: { owner: 'user:owner' } },
      http: { method: 'POST', path: '/v2/workspaces/acme/webhooks/hello', hostname: '127.0.0.1' },
      globals: {
        workspaceId: 'acme',
        endpoints: { 'a b/c': 'http://localhost:3001/v2/workspaces/acme/webhooks/a%20b%2Fc' },
      },
    });
    expect(run?.input.globals?.['endpoints']).not.toHaveProperty('off');
    expect(run?.summary).toBe('called by POST on the endpoint hello');
  });
});

describe('finding the automation', () => {
  it.each(['nope', 'off', 'silent', 'toString', '__proto__'])('answers 404 for %s', async (endpoint) => {
    const { hook } = await start();
    const answer = await post(`${hook}/${endpoint}`, {});
    expect([answer.status, await answer.json()]).toEqual([
      404,
      {
        error: 'ObjectNotFoundError',
        message: `Did not find any matching trigger for endpoint ${endpoint}`,
        details: { workspaceId: 'acme', endpoint },
      },
    ]);
  });

  it('takes names with slashes, blanks, and of properties of objects', async () => {
    const { hook } = await start();
    for (const path of ['a%20b/c', 'a%20b%2Fc', 'constructor']) {
      expect((await fetch(`${hook}/${path}`)).status).toBe(200);
    }
  });

  it('starts every automation that shares the endpoint, in one chain; the first one answers', async () => {
    const { hook, engine } = await start({ parts: ({ input }) => [end({ by: input.automation })] });
    expect(await (await post(`${hook}/shared`, {})).json()).toEqual({ by: 'first' });
    expect(engine.starts.map(({ input }) => [input.automation, input.announce])).toEqual([
      ['first', ['interaction', 'webhook']],
      ['second', undefined],
    ]);
    expect(new Set(engine.starts.map(({ input }) => input.correlationId)).size).toBe(1);
  });

  it('asks the permissions port', async () => {
    const { hook, engine } = await start({ refuses: (action) => action === 'execute' });
    const answer = await post(`${hook}/hello`, {});
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: 'ForbiddenError' }]);
    expect(engine.starts).toEqual([]);
  });
});

describe('the answer', () => {
  it.each([
    ['nothing', undefined, '{}'],
    ['null', null, '{}'],
    ['a number', 3, '3'],
    ['false', false, 'false'],
    ['a list', [1], '[1]'],
  ])('of %s is JSON', async (_, output, text) => {
    const { hook } = await start({ parts: () => [end(output)] });
    const answer = await fetch(`${hook}/hello`);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect([answer.status, await answer.text()]).toEqual([200, text]);
  });

  it('of a text is a page that may do nothing', async () => {
    const { hook } = await start({ parts: () => [end('<b>hi</b>')] });
    const answer = await fetch(`${hook}/hello`);
    expect(await answer.text()).toBe('<b>hi</b>');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
  });

  it('takes status and headers from its parts, but not the names of run and chain', async () => {
    const { hook, engine } = await start({
      parts: () => [
        { head: { status: 418, headers: { 'x-foo': 'bar', 'X-Ostinato-Run-Id': 'mine' } } },
        { end: { status: 418, output: { ok: true } } },
      ],
    });
    const answer = await fetch(`${hook}/hello`);
    expect([answer.status, answer.headers.get('x-foo')]).toEqual([418, 'bar']);
    expect(answer.headers.get('x-ostinato-run-id')).toBe(engine.starts[0]?.key);
  });

  it('of a failed run is its error, without the input', async () => {
    const error = { error: 'InvalidEventError', message: 'bad', details: { event: 'x!', payload: { secret: 1 } } };
    const { hook } = await start({ parts: () => [{ end: { status: 400, error } }] });
    const answer = await fetch(`${hook}/hello`);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: 'InvalidEventError', message: 'bad', details: { event: 'x!' } },
    ]);
  });

  it('of an internal failure says nothing', async () => {
    const error = { error: 'Oops', message: 'driver text', details: {} };
    const { hook } = await start({ parts: () => [{ end: { status: 500, error } }] });
    const answer = await fetch(`${hook}/hello`);
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { error: 'Internal', message: 'Internal error', correlationId: answer.headers.get('x-correlation-id') },
    ]);
  });

  it('with chunks is a stream of events, with the output last unless it is empty', async () => {
    const chunks = [{ chunk: { a: 1 } }, { chunk: { a: 2 } }];
    const { hook } = await start({
      parts: ({ input }) => [...chunks, end(input.args['method'] === 'GET' ? {} : { done: 1 })],
    });
    const answer = await post(`${hook}/hello`, {});
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(await answer.text()).toBe('data: {"a":1}\n\ndata: {"a":2}\n\ndata: {"done":1}\n\n');
    expect(await (await fetch(`${hook}/hello`)).text()).toBe('data: {"a":1}\n\ndata: {"a":2}\n\n');
  });

  it('takes the last status of several, but none that ends no answer, and an error has its own', async () => {
    const heads = [{ head: { status: 201 } }, { head: { headers: { 'x-a': '1' } } }, { head: { status: 202 } }];
    const statusOf = async (...parts: AnswerPart[]) =>
      (await fetch(`${(await start({ parts: () => parts })).hook}/hello`)).status;
    expect(await statusOf(...heads, end({}))).toBe(202);
    expect(await statusOf({ head: { status: 101 } }, end({}))).toBe(200);
    expect(await statusOf({ head: { status: 204 } }, end({ a: 1 }))).toBe(204);
    const error = { error: 'InvalidEventError', message: 'bad', details: {} };
    expect(await statusOf(...heads, { end: { status: 400, error } })).toBe(400);
  });

  it('ends a stream with the error, and keeps it alive', async () => {
    const { hook, engine, channel } = await start({ answers: false, answerTimeoutMs: 50, minimumKeepAliveMs: 60 });
    const asked = post(`${hook}/hello`, {});
    await until(() => engine.starts.length === 1);
    const run = engine.starts[0]?.key ?? '';
    channel.publish(run, [{ index: 0, keepAlive: 1 }]);
    const answer = await asked;
    channel.publish(run, [{ index: 1, chunk: 'a' }]);
    // A flush that is repeated publishes again.
    channel.publish(run, [{ index: 1, chunk: 'a' }]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const error = { error: 'InvalidEventError', message: 'bad', details: { payload: { secret: 1 } } };
    channel.publish(run, [{ index: 2, end: { status: 400, error } }]);
    const lines = (await answer.text()).split('\n\n');
    expect(answer.status).toBe(200);
    expect(lines.filter((line) => line === 'data: {"keepAlive": true}').length).toBeGreaterThan(0);
    expect(lines.filter((line) => !line.includes('keepAlive'))).toEqual([
      'data: "a"',
      'data: {"error":"InvalidEventError","message":"bad","details":{}}',
      '',
    ]);
  });

  it('is 408 when the run takes too long; the run goes on', async () => {
    const { hook, engine } = await start({ answers: false, answerTimeoutMs: 30 });
    const answer = await post(`${hook}/hello`, {});
    const runId = engine.starts[0]?.key;
    expect([answer.status, await answer.json()]).toMatchObject([408, { error: 'TimeoutError', details: { runId } }]);
    expect(answer.headers.get('x-ostinato-run-id')).toBe(runId);
  });

  it('is 500 without a word when the engine fails', async () => {
    const { hook, engine } = await start();
    engine.failure = new Error('connection refused');
    const answer = await post(`${hook}/hello`, {});
    expect([answer.status, await answer.json()]).toMatchObject([500, { error: 'Internal', message: 'Internal error' }]);
  });
});

describe('admission', () => {
  it('answers 503 with Retry-After when the queue is full, and when there is no room in time', async () => {
    const { hook, engine, admission, channel } = await start({
      answers: false,
      slots: 1,
      queueLimit: 1,
      answerTimeoutMs: 300,
    });
    const first = post(`${hook}/hello`, {});
    await until(() => engine.starts.length === 1);
    const second = post(`${hook}/hello`, {});
    await until(() => admission.counts().callers === 1);
    const third = await post(`${hook}/hello`, {});
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await second).status).toBe(503);
    expect((await first).status).toBe(408);
    expect(engine.starts).toHaveLength(1);
    channel.progress(engine.starts[0]?.key ?? '', 'parked');
    expect(admission.counts()).toEqual({ inFlight: 0, callers: 0, events: 0 });
  });

  it('starts nothing for a client that left the queue', async () => {
    const { hook, engine, admission, channel } = await start({ answers: false, slots: 1 });
    void post(`${hook}/hello`, {}).catch(() => undefined);
    await until(() => engine.starts.length === 1);
    const leaves = new AbortController();
    const left = fetch(`${hook}/hello`, { signal: leaves.signal }).catch(() => 'left');
    await until(() => admission.counts().callers === 1);
    leaves.abort();
    expect(await left).toBe('left');
    await until(() => admission.counts().callers === 0);
    channel.progress(engine.starts[0]?.key ?? '', 'ended');
    expect(engine.starts).toHaveLength(1);
  });
});

describe('Idempotency-Key', () => {
  const key = { 'idempotency-key': 'k1' };

  it('gives 50 simultaneous calls one run and one answer', async () => {
    const { hook, engine } = await start({ parts: ({ key: run }) => [end({ run })] });
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(`${hook}/hello`, { n: 1 }, key)));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ headers }) => headers.get('x-ostinato-run-id'))).size).toBe(1);
    expect(engine.starts).toHaveLength(1);
    expect(engine.starts[0]?.input.idempotencyKey).toBe('k1');
  });

  it('refuses the key with another request', async () => {
    const { hook, engine } = await start();
    await post(`${hook}/hello`, { n: 1 }, key);
    for (const other of [post(`${hook}/hello`, { n: 2 }, key), post(`${hook}/hello?q=1`, { n: 1 }, key)]) {
      const answer = await other;
      expect([answer.status, await answer.json()]).toMatchObject([422, { error: 'IdempotencyKeyReused' }]);
    }
    expect(engine.starts).toHaveLength(1);
  });

  it('gives the key back when the request is refused before any run', async () => {
    const { hook, engine } = await start();
    engine.failure = fail('InvalidArgumentsError', 'Invalid arguments', {});
    expect((await post(`${hook}/hello`, { n: 'x' }, key)).status).toBe(400);
    delete engine.failure;
    expect((await post(`${hook}/hello`, { n: 1 }, key)).status).toBe(200);
  });

  it('keeps it when nobody knows whether the run has started', async () => {
    const { hook, engine } = await start();
    engine.failure = new Error('no engine');
    expect((await post(`${hook}/hello`, { n: 1 }, key)).status).toBe(500);
    delete engine.failure;
    expect((await post(`${hook}/hello`, { n: 2 }, key)).status).toBe(422);
    expect((await post(`${hook}/hello`, { n: 1 }, key)).status).toBe(200);
  });

  it('belongs to an endpoint and a caller', async () => {
    const { hook, engine } = await start();
    await post(`${hook}/hello`, {}, key);
    await post(`${hook}/constructor`, {}, key);
    await post(`${hook}/hello`, {}, { ...key, authorization: `Bearer ${OWNER_TOKEN}` });
    expect(engine.starts).toHaveLength(3);
  });

  it('gives a late caller the stored answer, in the chain of the first call', async () => {
    const { hook, engine, traces } = await start();
    const first = await post(`${hook}/hello`, { n: 1 }, key);
    const run = first.headers.get('x-ostinato-run-id') ?? '';
    traces.answers.set(run, [end('stored')]);
    traces.records.set(run, [{ first: { correlationId: 'chain' } } as never]);
    const again = await post(`${hook}/hello`, { n: 1 }, key);
    expect(await again.text()).toBe('stored');
    expect(again.headers.get('x-correlation-id')).toBe('chain');
    expect(engine.starts).toHaveLength(1);
  });

  it('starts a run that was claimed, but never started', async () => {
    const { hook, engine } = await start();
    engine.failure = new Error('killed before the start');
    expect((await post(`${hook}/hello`, { n: 1 }, key)).status).toBe(500);
    delete engine.failure;
    expect((await post(`${hook}/hello`, { n: 1 }, key)).status).toBe(200);
    expect(engine.starts).toHaveLength(1);
  });

  it('fetches later what was not there in time', async () => {
    const { hook, engine, channel } = await start({ answers: false, answerTimeoutMs: 300 });
    expect((await post(`${hook}/hello`, {}, key)).status).toBe(408);
    const again = post(`${hook}/hello`, {}, key);
    setTimeout(() => channel.publish(engine.starts[0]?.key ?? '', [end('late')]), 100);
    expect(await (await again).text()).toBe('late');
    expect(engine.starts).toHaveLength(1);
  });

  it('has at most 255 characters', async () => {
    const { hook } = await start();
    const ofLength = (length: number) => post(`${hook}/hello`, {}, { 'idempotency-key': 'k'.repeat(length) });
    expect([(await ofLength(255)).status, (await ofLength(256)).status]).toEqual([200, 400]);
  });
});

describe('test of an automation', () => {
  it('runs it with the given variables, without any trigger', async () => {
    const { base, engine } = await start();
    const answer = await post(`${base}/test/silent`, { payload: { a: 1 } });
    expect(await answer.json()).toEqual({ args: { a: 1 } });
    expect(engine.starts[0]?.input).toMatchObject({
      trigger: { type: 'automation', value: 'silent' },
      announce: ['interaction'],
    });
    expect((await post(`${base}/test/silent`, {})).status).toBe(200);
  });

  it('answers 404 for what is not there, 403 for whom may not, 400 for a payload that is no object', async () => {
    const { base, url } = await start({ refuses: (action, { id }) => action === 'test' && id === 'hello' });
    expect((await post(`${base}/test/toString`, {})).status).toBe(404);
    expect((await post(`${url}/v2/workspaces/other/test/silent`, {})).status).toBe(404);
    expect((await post(`${base}/test/hello`, {})).status).toBe(403);
    expect((await post(`${base}/test/silent`, { payload: [1] })).status).toBe(400);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
