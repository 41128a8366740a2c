import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import {
  startIdentityServer,
  type IdentityServer,
  type IdentityServerOptions,
} from '../../tests/support/identity-server';

jest.setTimeout(30_000);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: IdentityServerOptions = {}): Promise<IdentityServer> {
  const server = await startIdentityServer(options);
  closing.push(server.stop);
  return server;
}

/** A service on a port of its own. */
async function service(listener: RequestListener): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const echo: RequestListener = (request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => void (body += chunk.toString()));
  request.on('end', () => {
    const { method, url, headers } = request;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method, url, headers, body }));
  });
};

interface Pipe {
  readonly url: string;
  /** YAML lines of policies before the proxy. */
  readonly policies?: readonly string[];
  readonly proxy?: string;
}

/** One pipeline `/api*` to a service on another address. */
const config = ({ url, policies = [], proxy = '' }: Pipe) => `
endpoints: { api: { path: /api* } }
services: { api: { url: '${url}' } }
pipelines:
  - name: api
    endpoints: [api]
    policies:
${policies.map((line) => `      - ${line}\n`).join('')}      - proxy: { service: api${proxy} }
`;

describe('a service on another address', () => {
  it('gets method, path, query and body; the answer comes back as it is', async () => {
    const { url } = await service((request, response) => {
      response.setHeader('x-own', 'yes');
      response.statusCode = 418;
      echo(request, response);
    });
    const server = await start({ config: config({ url: `${url}/base` }) });
    const answer = await server.ask('/api/a%20b/c?x=1&x=2', { method: 'PUT', body: { a: 1 } });
    expect(answer.status).toBe(418);
    expect(answer.headers.get('x-own')).toBe('yes');
    expect(answer.body).toMatchObject({ method: 'PUT', url: '/base/api/a%20b/c?x=1&x=2', body: '{"a":1}' });
    expect(answer.body['headers'].host).toBe(new URL(url).host);
  });

  it('is told who calls, by headers that only the gateway writes, and never the credential', async () => {
    const { url } = await service(echo);
    const server = await start({ config: `${config({ url })}`, keepCorrelationId: true });
    const own = await start();
    const { id, sessionId, token } = await own.someone();
    const user = await own.stores.users.find(id);
    if (user) await server.stores.users.create(user);
    const session = await own.stores.sessions.find(sessionId);
    if (session) await server.stores.sessions.create(session);
    const headers = {
      cookie: `a=1; access-token=${token}; b=2`,
      'x-forwarded-for': '203.0.113.7',
      'x-correlation-id': 'c-1',
    };
    const { body } = await server.ask('/api', { headers });
    expect(body['headers']).toMatchObject({
      'x-prismeai-user-id': id,
      'x-prismeai-session-id': sessionId,
      'x-prismeai-auth-data': JSON.stringify({ prismeai: { id, email: 'ada@example.org' } }),
      'x-correlation-id': 'c-1',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(server.url).host,
      cookie: 'a=1; b=2',
    });
    expect(JSON.stringify(body)).not.toContain(token);
    expect((await server.ask('/api', { token })).body['headers'].authorization).toBeUndefined();
  });

  it('cannot be robbed of what the gateway says by a header that calls it a matter of the connection', async () => {
    const { url } = await service(echo);
    const server = await start({ config: config({ url }) });
    const text = await server.raw(
      'GET /api HTTP/1.1\r\nHost: x\r\nConnection: close, x-correlation-id, keep-alive, accept\r\nAccept: a\r\n\r\n',
    );
    expect(text).toMatch(/"x-correlation-id":"[\da-f]{32}"/);
    expect(text).not.toMatch(/"accept":"a"/);
  });

  it('that is too slow is answered for with 408', async () => {
    const { url } = await service(() => undefined);
    const server = await start({ config: config({ url, proxy: ', timeout: 0.1' }) });
    const answer = await server.ask('/api');
    expect(answer).toMatchObject({ status: 408, body: { error: 'TimeoutError', timeout: 100 } });
  });

  it('may take its time once it has begun to answer', async () => {
    const { url } = await service((_, response) => {
      response.write('a');
      setTimeout(() => response.end('b'), 300);
    });
    const server = await start({ config: config({ url, proxy: ', timeout: 0.1' }) });
    expect((await server.ask('/api')).body['text']).toBe('ab');
  });

  it('that cannot be reached is a failure that tells nothing', async () => {
    const server = await start({ config: config({ url: 'http://127.0.0.1:9' }) });
    const answer = await server.ask('/api');
    expect([answer.status, answer.body]).toEqual([
      500,
      { error: 'Internal', message: 'Internal server error', success: false },
    ]);
    expect(server.lines.some(({ message }) => message === 'a service cannot be reached')).toBe(true);
  });

  it('gets no body above the limit, with a length or without', async () => {
    const { url } = await service(echo);
    const server = await start({ config: config({ url, proxy: ', maxBodySize: 1kb' }) });
    expect((await server.ask('/api', { body: 'x'.repeat(1024) })).status).toBe(200);
    expect(await server.ask('/api', { body: 'x'.repeat(1025) })).toMatchObject({
      status: 413,
      body: { error: 'PayloadTooLarge', details: { limitBytes: 1024 } },
    });
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    const head = 'POST /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await server.raw([head, chunk, chunk, '0\r\n\r\n'])).toMatch(/^HTTP\/1\.1 413/);
  });

  it('is followed where it sends us on within itself, for reading, and no further', async () => {
    const { url } = await service((request, response) => {
      const to = new URL(request.url ?? '', 'http://x').searchParams.get('to');
      if (to === null) return echo(request, response);
      response.writeHead(302, { location: to }).end();
    });
    const server = await start({ config: config({ url }) });
    expect((await server.ask('/api?to=/api/next')).body['url']).toBe('/api/next');
    const away = await server.ask('/api?to=http://169.254.169.254/');
    expect([away.status, away.headers.get('location')]).toEqual([302, 'http://169.254.169.254/']);
    expect((await server.ask('/api?to=/api/next', { body: {} })).status).toBe(302);
  });

  it('hears that the client is gone', async () => {
    let gone = false;
    const { url } = await service((_, response) => void response.on('close', () => (gone = true)));
    const server = await start({ config: config({ url }) });
    const abort = new AbortController();
    const asked = fetch(`${server.url}/api`, { signal: abort.signal }).catch(() => undefined);
    setTimeout(() => abort.abort(), 100);
    await asked;
    for (let lap = 0; lap < 100 && !gone; lap++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(gone).toBe(true);
  });

  it('speaks over websockets, both ways, with the headers of the gateway', async () => {
    const { url, server: other } = await service(echo);
    let told: string | undefined;
    other.on('upgrade', (request, socket) => {
      told = request.headers['x-prismeai-user-id'] as string | undefined;
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      socket.on('data', (chunk) => socket.write(`heard ${chunk.toString()}`));
      socket.on('end', () => socket.end()).on('error', () => undefined);
    });
    const server = await start({ config: config({ url, proxy: ', websockets: true' }) });
    const said = await new Promise<string>((resolve) => {
      let received = '';
      const socket = connect(server.port, '127.0.0.1', () =>
        socket.write(
          'GET /api HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Prismeai-User-Id: forged\r\n\r\n',
        ),
      );
      socket.on('data', (chunk) => {
        received += chunk.toString();
        if (received.includes('heard')) socket.destroy();
        else if (received.includes('101')) socket.write('hello');
      });
      socket.on('close', () => resolve(received));
    });
    expect(said).toMatch(/^HTTP\/1\.1 101[^]*heard hello$/);
    expect(told).toBeUndefined();
  });

  it('that refuses a websocket is heard', async () => {
    const { url } = await service((_, response) => response.writeHead(403).end());
    const server = await start({ config: config({ url, proxy: ', websockets: true' }) });
    expect(
      await server.raw('GET /api HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    ).toMatch(/^HTTP\/1\.1 403/);
  });

  it('may stand under other paths and on other addresses', async () => {
    const [one, two] = [await service(echo), await service((_, response) => response.end('{"two":true}'))];
    const proxy = `, pathRewrite: { '^/api/old': /api/new }, router: { /api/two: '${two.url}' }`;
    const server = await start({ config: config({ url: one.url, proxy }) });
    expect((await server.ask('/api/old/x?y=1')).body['url']).toBe('/api/new/x?y=1');
    expect((await server.ask('/api/two/x')).body).toEqual({ two: true });
  });
});

describe('policies', () => {
  it('authorization: by scopes of the token and by platform role', async () => {
    const { url } = await service(echo);
    const policies = ['authorization: { roles: [superadmin], scopes: [webhooks] }'];
    const server = await start({
      config: `${config({ url, policies })}
  - name: rest
    endpoints: [rest]
    policies: [ { proxy: { service: identity } } ]
`
        .replace('endpoints: { api: { path: /api* } }', 'endpoints: { api: { path: /api* }, rest: { path: "*" } }')
        .replace('services: {', 'services: { identity: { url: "local:" },'),
    });
    const [root, ada] = [await server.someone('root@example.org'), await server.someone()];
    expect((await server.ask('/api')).status).toBe(401);
    expect(await server.ask('/api', { token: ada.token })).toMatchObject({
      status: 403,
      body: { error: 'ForbiddenError', details: { roles: ['superadmin'] } },
    });
    expect((await server.ask('/api', { token: root.token })).status).toBe(200);
    const narrow = await server.tokens.issue(
      { userId: root.id, sessionId: root.sessionId, scopes: ['events:read'] },
      Date.now() + 10_000,
    );
    expect(await server.ask('/api', { token: narrow })).toMatchObject({
      status: 403,
      body: { details: { scopes: ['webhooks'] } },
    });
  });

  it('blacklist: refuses URLs by their text', async () => {
    const { url } = await service(echo);
    const server = await start({ config: config({ url, policies: ["blacklist: { paths: ['/secret', 'drop='] }"] }) });
    expect((await server.ask('/api/open')).status).toBe(200);
    for (const path of ['/api/secret/x', '/api?drop=1'])
      expect(await server.ask(path)).toMatchObject({
        status: 403,
        body: { error: 'ForbiddenError', message: 'Blacklisted' },
      });
  });

  it('rate limits: by client, workspace and name, in windows', async () => {
    const server = await start({ limits: true });
    const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
    const hook = '/v2/workspaces/acme/webhooks/x';
    for (let n = 0; n < 30; n++) expect((await server.ask(hook, from('203.0.113.1'))).status).toBe(200);
    const refused = await server.ask(hook, from('203.0.113.1'));
    expect(refused).toMatchObject({ status: 429, body: { error: 'TooManyRequests', message: 'Too many requests' } });
    const other = await server.ask(hook, from('203.0.113.2'));
    expect([other.status, other.headers.get('x-ratelimit-limit')]).toEqual([200, '2000']);
    expect(other.headers.get('x-ratelimit-reset')).toMatch(/GMT/);
    // Private addresses without a user are counted for the workspace only.
    for (let n = 0; n < 31; n++) expect((await server.ask(hook)).status).toBe(200);
    server.clock.offset = 60_001;
    expect((await server.ask(hook, from('203.0.113.1'))).status).toBe(200);
  });

  it('rate limits: held requests have a limit of their own', async () => {
    const server = await start({ limits: true });
    const { token } = await server.someone();
    const events = '/v2/workspaces/acme/events';
    expect((await server.ask(events, { token })).headers.get('x-ratelimit-limit')).toBe('20');
    expect((await server.ask(`${events}?wait=10`, { token })).headers.get('x-ratelimit-limit')).toBe('600');
  });

  it('authentication: an API key alone passes where it may, and is judged behind', async () => {
    const server = await start();
    const key = { 'x-prismeai-api-key': 'a-key' };
    expect((await server.ask('/v2/workspaces/acme')).status).toBe(401);
    const passed = await server.ask('/v2/workspaces/acme', { headers: key });
    expect([passed.status, passed.body['headers']['x-prismeai-api-key']]).toEqual([200, 'a-key']);
    expect((await server.ask('/v2/me', { headers: key })).status).toBe(401);
  });

  it('authentication: a session without its second factor is not enough', async () => {
    const server = await start();
    const { id, sessionId, token } = await server.someone();
    const session = await server.stores.sessions.find(sessionId);
    await server.stores.sessions.end(sessionId);
    if (session) await server.stores.sessions.create({ ...session, mfaValidated: false });
    expect(await server.ask('/v2/workspaces', { token })).toMatchObject({ status: 401, body: { error: 'MissingMFA' } });
    expect((await server.ask('/v2/me', { token })).body['id']).toBe(id);
    expect(await server.judge.authenticate(token)).toBeNull();
  });

  it('CSRF: the token of the session lets a page act, from /me or from pages', async () => {
    const server = await start();
    const { token } = await server.someone();
    const cookie = `access-token=${token}`;
    for (const path of ['/v2/me', '/v2/pages/x']) {
      const csrf = (await server.ask(path, { headers: { cookie } })).headers.get('x-prismeai-csrf-token') ?? '';
      const headers = { cookie, 'x-prismeai-csrf-token': csrf };
      expect((await server.ask('/v2/user', { method: 'PATCH', body: { language: 'fr' }, headers })).status).toBe(200);
    }
    const own = { cookie, origin: server.url };
    expect((await server.ask('/v2/me', { headers: own })).status).toBe(200);
  });

  it.each([true, false])('health checks have lines in the log when that is wished: %s', async (logHealthChecks) => {
    const server = await start({ logHealthChecks });
    expect((await server.ask('/sys/healthcheck')).status).toBe(200);
    expect(server.lines.filter(({ message }) => message === 'request')).toHaveLength(logHealthChecks ? 1 : 0);
  });

  it('renamed headers are the ones that count, in the gateway and in the services behind', async () => {
    const server = await start({ names: { apiKey: 'x-key', csrfToken: 'x-csrf' } });
    const { id, token } = await server.someone();
    const contacts = (name: string) =>
      server.ask('/v2/contacts', { body: { ids: [id] }, headers: { [name]: 'internal-key-of-the-test' } });
    expect((await contacts('x-key')).body['contacts'][0]).toMatchObject({ email: 'ada@example.org' });
    expect((await contacts('x-prismeai-api-key')).status).toBe(401);
    const cookie = `access-token=${token}`;
    const csrf = (await server.ask('/v2/me', { headers: { cookie } })).headers.get('x-csrf') ?? '';
    const change = (name: string) =>
      server.ask('/v2/user', { method: 'PATCH', body: { language: 'fr' }, headers: { cookie, [name]: csrf } });
    expect((await change('x-csrf')).status).toBe(200);
    expect((await change('x-prismeai-csrf-token')).status).toBe(401);
  });

  it('CSRF: is not asked of programs and of runs', async () => {
    const server = await start();
    const { id, sessionId, token } = await server.someone();
    const hook = '/v2/workspaces/acme/webhooks/x';
    expect((await server.ask(hook, { body: {}, token })).status).toBe(200);
    expect((await server.ask(hook, { body: {} })).status).toBe(200);
    const run = await server.tokens.issue({ userId: id, sessionId, workspaceId: 'acme' }, Date.now() + 10_000);
    expect((await server.ask(hook, { body: {}, headers: { cookie: `access-token=${run}` } })).status).toBe(200);
  });
});

describe('the door', () => {
  it('prefers an access token to the cookie, and the cookie to the bearer token', async () => {
    const server = await start();
    const [ada, eve] = [await server.someone(), await server.someone('eve@example.org')];
    const headers = { cookie: `access-token=${ada.token}` };
    expect((await server.ask('/v2/me', { headers, token: eve.token })).body['id']).toBe(ada.id);
    const { body } = await server.ask('/v2/user/accessTokens', {
      token: eve.token,
      body: { name: 'x', expiresAt: new Date(Date.now() + 60_000).toISOString() },
    });
    expect((await server.ask('/v2/me', { headers, token: body['token'] })).body['id']).toBe(eve.id);
  });

  it.each(['a.b.c', 'of-another-service', 'x'.repeat(5_000)])(
    'lets a failed token pass where nobody need be known, and says so: %.20s',
    async (token) => {
      const server = await start();
      const cookie = { headers: { cookie: `access-token=${token}` } };
      for (const ask of [{ token }, cookie]) {
        const answer = await server.ask('/v2/workspaces/acme/webhooks/x', ask);
        expect([answer.status, answer.body['headers']['x-prismeai-user-id']]).toEqual([200, undefined]);
        expect(answer.headers.get('www-authenticate')).toBe(
          'Bearer error="invalid_token", error_description="Malformed authentication token"',
        );
        expect(await server.ask('/v2/workspaces', ask)).toMatchObject({
          status: 401,
          body: { error: 'AuthenticationError', message: 'Malformed authentication token' },
        });
      }
    },
  );

  it('answers what browsers ask before they send, for the pages that are ours', async () => {
    const server = await start();
    const ask = (origin: string) =>
      server.ask('/v2/me', {
        method: 'OPTIONS',
        headers: {
          ...{ origin, 'access-control-request-method': 'PATCH' },
          'access-control-request-headers': 'content-type,x-prismeai-csrf-token',
        },
      });
    const answer = await ask('http://shop.pages.test');
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': 'http://shop.pages.test',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'content-type,x-prismeai-csrf-token',
      'access-control-expose-headers': expect.stringContaining('x-prismeai-session-id'),
      vary: 'Origin',
    });
    expect((await ask('http://evil.test')).headers.get('access-control-allow-origin')).toBeNull();
    expect(
      (await server.ask('/v2/me', { headers: { origin: 'http://console.test' } })).headers.get(
        'access-control-allow-origin',
      ),
    ).toBe('http://console.test');
  });

  it('has a correlation id for every answer, a new one unless told to keep it', async () => {
    const given = { headers: { 'x-correlation-id': 'mine-1' } };
    const server = await start();
    expect((await server.ask('/v2/me', given)).headers.get('x-correlation-id')).toMatch(/^[\da-f]{32}$/);
    const keeps = await start({ keepCorrelationId: true });
    expect((await keeps.ask('/nowhere', given)).headers.get('x-correlation-id')).toBe('mine-1');
  });

  it('answers what it does not know with 404, and writes one line for each request', async () => {
    const server = await start();
    const { token, id, sessionId } = await server.someone();
    expect(await server.ask('/nowhere', { token })).toMatchObject({
      status: 404,
      body: { error: 'NotFoundError', message: 'Route not found' },
    });
    await server.ask('/v2/workspaces/acme/webhooks/x', { token });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const lines = server.lines.filter(({ message }) => message === 'request').slice(-2);
    expect(lines.map(({ fields }) => fields)).toMatchObject([
      { userId: id, sessionId, correlationId: expect.any(String), http: { path: '/nowhere', responseCode: 404 } },
      { userId: id, workspaceId: 'acme', http: { path: '/v2/workspaces/acme/webhooks/x', responseCode: 200 } },
    ]);
    expect(JSON.stringify(server.lines)).not.toContain(token);
    expect((await server.metrics.text()).content).toMatch(/http_request_duration_seconds_count\{status_code="404"/);
  });
});
