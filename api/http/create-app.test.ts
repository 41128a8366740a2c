import { request as httpRequest } from 'node:http';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../shared/core/errors/errors';
import { fakeIdentity, fakeRoles, OWNER_TOKEN } from '../../shared/testing/fakes/access';
import { fakeLog } from '../../shared/testing/fakes/log';
import { serve } from '../../shared/testing/fakes/serve';
import { appBehindGateway } from '../../tests/support/front-door';
import { trustedProxies } from '../gateway/client-address';
import type { GatewaySettings } from '../gateway/create-gateway';
import { defaultHeaderNames } from './caller-headers';
import type { Handler, HttpRequest } from './contract';
import { createApp, type Failure } from './create-app';
import { createHealthCheck } from './health-check';
import { createMetrics } from './metrics';
import { defaultHttpSettings } from './settings';

const contract = `
openapi: 3.0.3
info: { title: test, version: '1' }
paths:
  /v2/workspaces/{workspaceId}/light/{name}:
    parameters:
      - { name: workspaceId, in: path, required: true, schema: { type: string } }
      - { name: name, in: path, required: true, schema: { type: string } }
    get: { operationId: light, x-light: true, x-rest-of-path: name, responses: {} }
    post: { operationId: lightPost, x-light: true, x-rest-of-path: name, responses: {} }
  /v2/strict:
    post:
      operationId: strict
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, required: [n], properties: { n: { type: integer } } } } }
      responses: {}
    get:
      operationId: numbers
      parameters:
        - { name: limit, in: query, schema: { type: integer, maximum: 500 } }
      responses: {}
`;
const file = join(mkdtempSync(join(tmpdir(), 'contract-')), 'test.yaml');
writeFileSync(file, contract);

async function start(handler: Handler, gateway: Partial<GatewaySettings> = {}, ready: () => boolean = () => true) {
  const log = fakeLog();
  const failures: Failure[] = [];
  const handlers = { light: handler, lightPost: handler, strict: handler, numbers: handler };
  const app = appBehindGateway({
    services: [{ contract: file, handlers }],
    identity: fakeIdentity(),
    roles: fakeRoles(),
    log,
    metrics: createMetrics({ processDefaults: false }),
    settings: defaultHttpSettings,
    gateway,
    health: createHealthCheck({ engine: ready, stores: () => true }),
    onFailure: (failure) => void failures.push(failure),
  });
  const served = await serve(app);
  closers.push(served.close);
  return { ...served, log, failures };
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Answers what the handler was given. */
const echo: Handler = async ({ params, query, body, headers, caller, method }) => ({
  body: { params, query, headers, method, caller: { ...caller }, ...(body !== undefined && { body }) } as never,
});
const postJson = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const light = '/v2/workspaces/acme/light/x';
const jsonOf = async (response: Response): Promise<HttpRequest & { error: string; details: unknown }> =>
  (await response.json()) as never;

describe('parsing', () => {
  it('decodes a rest-of-path parameter once, and keeps its slashes', async () => {
    const { url } = await start(echo);
    const got = await jsonOf(await fetch(`${url}/v2/workspaces/acme/light/a%20b/c%2Fd%2525?x=1&y=1&y=2`));
    expect(got.params).toEqual({ workspaceId: 'acme', name: 'a b/c/d%25' });
    expect(got.query).toEqual({ x: '1', y: ['1', '2'] });
  });

  it('takes a body of 102,400 bytes and refuses one of 102,401', async () => {
    const { url } = await start(async () => ({ body: 'ok' }));
    const ofSize = (bytes: number) => JSON.stringify('a'.repeat(bytes - 2));
    expect((await postJson(url + light, ofSize(100_000))).status).toBe(200);
    expect((await postJson(url + light, ofSize(102_400))).status).toBe(200);
    const refused = await postJson(url + light, ofSize(102_401));
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ error: 'PayloadTooLarge' });
  });

  it('refuses malformed JSON with 400', async () => {
    const { url } = await start(echo);
    const answer = await postJson(url + light, '{"a":');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'RequestValidationError' });
  });

  it('refuses a path that cannot be decoded with 400', async () => {
    const { url } = await start(echo);
    expect((await fetch(`${url}/v2/workspaces/acme/light/%zz`)).status).toBe(400);
  });

  it('reads forms', async () => {
    const { url } = await start(echo);
    const answer = await fetch(url + light, { method: 'POST', body: new URLSearchParams('a=1&b=2&b=3') });
    expect((await jsonOf(answer)).body).toEqual({ a: '1', b: ['2', '3'] });
  });

  it('validates by the contract, and says what is wrong', async () => {
    const { url } = await start(echo);
    const answer = await postJson(`${url}/v2/strict`, '{"n":"x"}');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: 'RequestValidationError',
      details: [{ path: '/body/n', message: 'must be integer' }],
    });
    expect((await fetch(`${url}/v2/strict?limit=501`)).status).toBe(400);
    expect((await fetch(`${url}/v2/strict?limit=5&payload.foo=bar`)).status).toBe(200);
    expect((await postJson(`${url}/v2/strict`, '{"n":1}')).status).toBe(200);
  });
});

describe('callers', () => {
  it('knows an owner by the token only, and hides the token from handlers', async () => {
    const { url } = await start(echo);
    const headers = { authorization: `Bearer ${OWNER_TOKEN}`, 'x-prismeai-user-id': 'mallory' };
    const got = await jsonOf(await fetch(url + light, { headers }));
    expect(got.caller).toMatchObject({ userId: 'owner' });
    expect(got.headers).not.toHaveProperty('authorization');
  });

  it("never believes a client's trusted headers, but hands on the two it may send", async () => {
    const { url } = await start(echo);
    const got = await jsonOf(
      await fetch(url + light, {
        headers: {
          'x-prismeai-user-id': 'mallory',
          'X-PrismeAI-Role': 'superadmin',
          'x-prismeai-workspace-id': 'other',
          'x-prismeai-api-key': 'key',
        },
      }),
    );
    expect(got.caller).toEqual({ correlationId: expect.any(String) });
    expect(Object.keys(got.headers).filter((name) => name.startsWith('x-prismeai-'))).toEqual(['x-prismeai-api-key']);
  });

  it('refuses an unknown token with 401', async () => {
    const { url } = await start(echo);
    const answer = await fetch(url + light, { headers: { authorization: 'Bearer nobody' } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: 'AuthenticationError' });
  });

  it('believes x-forwarded-for only behind a proxy, and shows no private address', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    const behind = await start(echo, { isProxy: trustedProxies('loopback', 'test') });
    expect((await jsonOf(await fetch(behind.url + light, { headers }))).caller.ip).toBe('203.0.113.7');
    const direct = await start(echo);
    expect((await jsonOf(await fetch(direct.url + light, { headers }))).caller.ip).toBeUndefined();
  });
});

describe('every answer', () => {
  it('carries a correlation id of 32 hexadecimal characters, and security headers', async () => {
    const { url } = await start(echo);
    for (const path of [light, '/nowhere', '/sys/healthcheck', '/metrics', '/']) {
      const answer = await fetch(url + path, { headers: { 'x-correlation-id': 'mine' } });
      expect(answer.headers.get('x-correlation-id')).toMatch(/^[0-9a-f]{32}$/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('x-powered-by')).toBeNull();
    }
  });

  it("keeps a client's correlation id where the setting says so, if it is harmless", async () => {
    const { url } = await start(echo, { overwriteCorrelationId: false });
    const id = async (mine: string) =>
      (await fetch(url + light, { headers: { 'x-correlation-id': mine } })).headers.get('x-correlation-id');
    expect(await id('mine-1')).toBe('mine-1');
    expect(await id('a b"c')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is logged once, with what happened; health checks are not', async () => {
    const { url, log } = await start(echo);
    await (await fetch(`${url}/sys/healthcheck`)).text();
    await (await fetch(`${url + light}?a=1`)).text();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]?.fields).toMatchObject({
      workspaceId: 'acme',
      correlationId: expect.any(String),
      http: { originalUrl: `${light}?a=…`, method: 'GET', path: light, responseCode: 200 },
    });
  });
});

describe('errors', () => {
  it('are mapped in one place', async () => {
    const { url, failures } = await start(async () => {
      throw fail('Overloaded', 'full');
    });
    const answer = await fetch(url + light);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toEqual({ error: 'Overloaded', message: 'full', details: {} });
    expect(failures).toMatchObject([{ status: 503, workspaceId: 'acme' }]);
  });

  it('never show what was not meant to be shown; the stack goes to the log', async () => {
    const { url, log, failures } = await start(async () => {
      throw new TypeError('secret of the driver');
    });
    const answer = await fetch(url + light);
    const body = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(body)).toEqual({
      error: 'Internal',
      message: 'Internal error',
      correlationId: answer.headers.get('x-correlation-id'),
    });
    const line = log.lines.find(({ level }) => level === 'error');
    expect(line?.fields['stack']).toMatch(/TypeError: secret of the driver\n.*at /s);
    expect(failures).toMatchObject([{ status: 500, workspaceId: 'acme' }]);
  });

  it('answers 404 for unknown paths, methods and workspace names', async () => {
    const { url } = await start(echo);
    for (const path of ['/v2/nowhere', '/V2/strict', '/v2/workspaces/a%20b/light/x']) {
      const answer = await fetch(url + path);
      expect([path, answer.status, await answer.json()]).toMatchObject([path, 404, { error: 'NotFoundError' }]);
    }
    expect((await fetch(url + light, { method: 'HEAD' })).status).toBe(404);
  });
});

describe('replies', () => {
  it('leaves out headers that HTTP cannot carry or the connection owns', async () => {
    const { url } = await start(async () => ({
      headers: { 'x-good': '1', 'bad name': '1', 'x-bad': 'a\r\nset-cookie: b', 'content-length': '1' },
      body: { ok: true },
    }));
    const answer = await fetch(url + light);
    expect(await answer.json()).toEqual({ ok: true });
    expect(answer.headers.get('x-good')).toBe('1');
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('streams piece by piece', async () => {
    const { url } = await start(async () => ({
      stream: (async function* () {
        yield 'data: 1\n\n';
        yield 'data: 2\n\n';
      })(),
    }));
    const answer = await fetch(url + light);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(await answer.text()).toBe('data: 1\n\ndata: 2\n\n');
  });

  it('breaks off a stream that fails', async () => {
    const { url } = await start(async () => ({
      stream: (async function* () {
        yield 'data: 1\n\n';
        throw new Error('lost');
      })(),
    }));
    await expect(fetch(url + light).then((answer) => answer.text())).rejects.toThrow();
  });

  it('tells a handler that its client is gone', async () => {
    let aborted: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => (aborted = resolve));
    const { url } = await start(({ signal }) => {
      signal.addEventListener('abort', () => aborted());
      return new Promise(() => undefined);
    });
    const request = httpRequest(url + light);
    request.on('error', () => undefined);
    request.end();
    setTimeout(() => request.destroy(), 50);
    await gone;
  });
});

describe('system routes', () => {
  it('is healthy only when everything is ready, and says what is missing', async () => {
    let ready = false;
    const { url } = await start(echo, {}, () => ready);
    const sick = await fetch(`${url}/sys/healthcheck`);
    expect([sick.status, await sick.json()]).toEqual([503, { healthy: false, missing: ['engine'] }]);
    ready = true;
    const well = await fetch(`${url}/sys/healthcheck`);
    expect([well.status, await well.json()]).toEqual([200, { healthy: true }]);
  });

  it('counts a part that throws or hangs as missing', async () => {
    const check = createHealthCheck(
      {
        broken: () => {
          throw new Error('down');
        },
        stuck: () => new Promise(() => undefined),
        fine: () => true,
      },
      20,
    );
    expect(await check()).toEqual(['broken', 'stuck']);
  });

  it('measures requests by route template', async () => {
    const { url } = await start(echo);
    await (await fetch(url + light)).text();
    await (await fetch(`${url}/some/probe`)).text();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain(
      'http_request_duration_seconds_count{status_code="200",path="/v2/workspaces/{workspaceId}/light/{name}",method="GET"} 1',
    );
    expect(text).toContain('path="unknown"');
    expect(text).not.toContain('probe');
  });
});

it('refuses to serve a contract with an operation that nobody handles', () => {
  const dependencies = {
    behindGateway: defaultHeaderNames,
    roles: fakeRoles(),
    log: fakeLog(),
    metrics: createMetrics({ processDefaults: false }),
    settings: defaultHttpSettings,
    health: async () => [],
  };
  expect(() => createApp({ services: [{ contract: file, handlers: {} }], ...dependencies })).toThrow('light');
});
