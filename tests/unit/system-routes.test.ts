/** Routes of the process itself, for each service: who may use them, behind a gateway and through it. */
import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeldPlaces } from '../../api/events/live/held-places';
import { subscriptionsRoute } from '../../api/events/live/subscriptions-route';
import { trustedProxies } from '../../api/gateway/client-address';
import { expandVariables, readGatewayConfig } from '../../api/gateway/config/read-gateway-config';
import { createGateway } from '../../api/gateway/create-gateway';
import { defaultHeaderNames } from '../../api/http/caller-headers';
import { createApp } from '../../api/http/create-app';
import { createMetrics } from '../../api/http/metrics';
import { contractFile, operationsOf, readContract } from '../../api/http/openapi';
import { createRateLimiter } from '../../api/http/rate-limit';
import { defaultHttpSettings } from '../../api/http/settings';
import { supervisionRoutes } from '../../api/http/supervision';
import { memoryRateCounter } from '../../shared/drivers/rate-counter/memory';
import type { Authenticator } from '../../shared/ports/identity/authenticator';
import { fakeIdentity, fakeRoles, OWNER_TOKEN } from '../../shared/testing/fakes/access';
import { fakeLog } from '../../shared/testing/fakes/log';
import { serve } from '../../shared/testing/fakes/serve';

const SERVICES = ['runtime', 'events', 'workspaces', 'apps', 'runs', 'permissions', 'identity'];
const KEY = 'key-of-internal-calls';
const CONFIG = join(__dirname, '../../api/gateway/gateway.config.yml');
const dumps = mkdtempSync(join(tmpdir(), 'ostinato-dumps-'));
afterAll(() => rmSync(dumps, { recursive: true }));

/** Two websockets and a held request. */
function connected() {
  const [sockets, polls] = [new HeldPlaces(10, 'websockets'), new HeldPlaces(10, 'held requests')];
  sockets.take('acme');
  sockets.take('acme');
  polls.take('shop');
  return { sockets, polls };
}

/** One service as it stands behind a gateway. */
function serviceOf(name: string, levels: string[]) {
  const operations = operationsOf(readContract(contractFile(name)));
  return createApp({
    services: [
      {
        contract: contractFile(name),
        handlers: Object.fromEntries(operations.map(({ operationId }) => [operationId, async () => ({ body: {} })])),
      },
    ],
    ...{ identity: fakeIdentity(), roles: fakeRoles(), log: fakeLog(), settings: defaultHttpSettings },
    ...{ metrics: createMetrics({ processDefaults: false }), health: async () => [], metricsKey: KEY },
    behindGateway: defaultHeaderNames,
    routes: [
      ...supervisionRoutes({
        ...{ internalKey: KEY, heapDumps: dumps, writeSnapshot: () => undefined },
        log: { ...fakeLog(), setLevel: (level) => void levels.push(level) },
      }),
      subscriptionsRoute({ internalKey: KEY, replica: 'one', ...connected() }),
    ],
  });
}

/** The shipped gateway before it; the owner's token is a super admin's. */
function gatewayTo(service: Server) {
  const found = readGatewayConfig(expandVariables(readFileSync(CONFIG, 'utf8'), {}));
  if ('errors' in found) throw new Error(found.errors.join('\n'));
  const caller = { userId: 'root', sessionId: 's', platform: { kind: 'user', role: 'superadmin' } } as const;
  const authenticator: Authenticator = {
    judge: async (token) =>
      token === OWNER_TOKEN
        ? { kind: 'known', caller, mfaValidated: true }
        : { kind: 'refused', reason: 'Malformed authentication token', fatal: true },
  };
  return createGateway({
    ...{ config: found.config, authenticator, log: fakeLog(), metrics: createMetrics({ processDefaults: false }) },
    limiter: createRateLimiter(memoryRateCounter(), { disabled: true, log: fakeLog() }),
    local: { system: service, identity: service, runtime: service, events: service, workspaces: service },
    settings: {
      ...{ overwriteCorrelationId: true, names: defaultHeaderNames, isProxy: trustedProxies('loopback', 'test') },
      ...{ isAllowedOrigin: () => false, forwardedHeaders: true, bodyLimitBytes: 1_000_000, logHealthChecks: false },
    },
  });
}

type Headers = { readonly [name: string]: string };
const CALLERS: { readonly [who: string]: Headers } = {
  nobody: {},
  'a wrong key': { 'x-prismeai-api-key': 'another' },
  'an empty key': { 'x-prismeai-api-key': '' },
  'a longer key': { 'x-prismeai-api-key': `${KEY}x` },
  'the owner': { authorization: `Bearer ${OWNER_TOKEN}` },
  'who says to be a super admin': { 'x-prismeai-role': 'superadmin', 'x-prismeai-user-id': 'root' },
  'the key in the address': {},
  'the key': { 'x-prismeai-api-key': KEY },
};
const ROUTES = [
  { method: 'GET', path: '/sys/healthcheck', open: true },
  { method: 'PUT', path: '/sys/logging', body: { level: 'debug' } },
  { method: 'GET', path: '/sys/heapdump' },
  { method: 'GET', path: '/sys/subscriptions' },
] as const;

describe.each(SERVICES)('%s', (name) => {
  describe.each(['behind the gateway', 'through the gateway'])('%s', (where) => {
    const levels: string[] = [];
    let url = '';
    let close: () => Promise<void>;
    beforeAll(async () => {
      const app = serviceOf(name, levels);
      const door = where === 'through the gateway' ? gatewayTo(createServer(app)).request : app;
      ({ url, close } = await serve(door));
    });
    afterAll(() => close());
    beforeEach(() => levels.splice(0));

    const rows = ROUTES.flatMap((route) =>
      Object.entries(CALLERS).map(([who, headers]) => {
        const status = 'open' in route || who === 'the key' ? 200 : 403;
        return { ...route, who, headers, status };
      }),
    );
    it.each(rows)('$method $path by $who: $status', async ({ method, path, who, headers, status, ...route }) => {
      const query = who === 'the key in the address' ? `?x-prismeai-api-key=${KEY}&apiKey=${KEY}` : '';
      const body = 'body' in route ? JSON.stringify(route.body) : undefined;
      const answer = await fetch(url + path + query, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body }),
      });
      expect(answer.status).toBe(status);
      const text = await answer.text();
      if (status === 403) expect(JSON.parse(text)).toMatchObject({ error: 'ForbiddenError' });
      if (path === '/sys/healthcheck') expect(JSON.parse(text)).toEqual({ healthy: true });
      if (path === '/sys/subscriptions' && status === 200)
        expect(JSON.parse(text)).toEqual({
          ...{ topic: 'one', cluster: ['one'], sockets: 2, heldRequests: 1 },
          subscribers: { acme: { sockets: 2, heldRequests: 0 }, shop: { sockets: 0, heldRequests: 1 } },
        });
      expect(levels).toEqual(path === '/sys/logging' && status === 200 ? ['debug'] : []);
    });

    it.each([
      ['GET', '/sys/logging'],
      ['POST', '/sys/logging'],
      ['POST', '/sys/heapdump'],
      ['GET', '/sys/../sys/heapdump'],
      ['GET', '/sys/certs'],
      ['GET', '//sys/heapdump'],
    ])('%s %s is no way round', async (method, path) => {
      const answer = await fetch(url + path, { method });
      expect([400, 403, 404]).toContain(answer.status);
      expect(levels).toEqual([]);
    });

    it('shows metrics to who has the key as bearer', async () => {
      const status = async (headers: object) => (await fetch(`${url}/metrics`, { headers: { ...headers } })).status;
      expect(await status({ authorization: `Bearer ${KEY}` })).toBe(200);
      for (const headers of [{}, { authorization: `Bearer ${OWNER_TOKEN}` }, { 'x-prismeai-api-key': KEY }])
        expect(await status(headers)).toBe(403);
    });

    it('refuses a level that is none', async () => {
      const answer = await fetch(`${url}/sys/logging`, {
        method: 'PUT',
        headers: { 'x-prismeai-api-key': KEY, 'content-type': 'application/json' },
        body: '{"level": "loud"}',
      });
      expect([answer.status, await answer.json()]).toEqual([400, { error: 'Missing or invalid level' }]);
    });
  });
});
