import { anEvent } from '../../shared/testing/builders';
import { fakeIdentity, fakePermissions, fakeRoles, OWNER_TOKEN } from '../../shared/testing/fakes/access';
import { fakeBroker } from '../../shared/testing/fakes/broker';
import { fakeLog } from '../../shared/testing/fakes/log';
import { serve } from '../../shared/testing/fakes/serve';
import { fakeEventHistory } from '../../shared/testing/fakes/stores';
import { trustedProxies } from '../gateway/client-address';
import { appBehindGateway } from '../../tests/support/front-door';
import { createMetrics } from '../http/metrics';
import { contractFile } from '../http/openapi';
import { createPublishFailures } from '../http/publish-failures';
import { defaultHttpSettings } from '../http/settings';
import { createEventsHandlers } from './events-handlers';
import { startHistoryConsumer } from './history-consumer';

const host = { service: 'events', replica: 'test' };

async function start(refuses?: Parameters<typeof fakePermissions>[0]) {
  const broker = fakeBroker();
  const history = fakeEventHistory();
  const log = fakeLog();
  const workspaceExists = (id: string) => id === 'acme';
  const handlers = createEventsHandlers({
    broker,
    history,
    topics: { topicsOf: async () => ['news'] },
    searchLimits: { aggregationDepth: 5, forbiddenAggregations: ['scripted_metric'] },
    permissions: fakePermissions(refuses),
    workspaces: { has: workspaceExists },
    host,
    eventMaxLength: 100_000,
  });
  const app = appBehindGateway({
    services: [{ contract: contractFile('events'), handlers }],
    identity: fakeIdentity(),
    roles: fakeRoles(),
    log,
    metrics: createMetrics({ processDefaults: false }),
    settings: defaultHttpSettings,
    gateway: { isProxy: trustedProxies('loopback', 'test') },
    health: async () => [],
    onFailure: createPublishFailures({ broker, log, host, workspaceExists }),
  });
  const served = await serve(app);
  closers.push(served.close);
  const url = `${served.url}/v2/workspaces/acme/events`;
  const post = (body: unknown, headers: Record<string, string> = {}, to = url) =>
    fetch(to, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const custom = () => broker.log.map(({ event }) => event).filter(({ type }) => type !== 'error');
  return { ...served, url, post, broker, history, custom };
}

const nested = (depth: number): object => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as object;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe('POST events', () => {
  it('answers the events as they are in the log, with the source that it forces', async () => {
    const { post, broker } = await start();
    const source = { userId: 'mallory', workspaceId: 'other', serviceTopic: 'topic:runtime:emit' };
    const answer = await post(
      {
        events: [
          { type: 'order.paid', payload: { id: 7 }, source, target: { userId: 'u' }, options: { persist: false } },
          { type: 'x' },
        ],
      },
      { authorization: `Bearer ${OWNER_TOKEN}`, 'x-forwarded-for': '203.0.113.7' },
    );
    expect(answer.status).toBe(200);
    const events = (await answer.json()) as object[];
    expect(events).toEqual(broker.log.map(({ event }) => event));
    expect(events).toMatchObject([
      {
        id: expect.stringMatching(/^[0-9A-Z]{26}$/),
        type: 'order.paid',
        payload: { id: 7 },
        target: { userId: 'u' },
        options: { persist: false },
        source: {
          workspaceId: 'acme',
          userId: 'owner',
          sessionId: 'owner-session',
          ip: '203.0.113.7',
          correlationId: answer.headers.get('x-correlation-id'),
          serviceTopic: 'topic:runtime:emit',
          host,
        },
      },
      { type: 'x', payload: {} },
    ]);
  });

  it('takes events from anybody, without a user', async () => {
    const { post, custom } = await start();
    expect((await post({ events: [{ type: 'x' }] })).status).toBe(200);
    expect(custom()[0]?.source).not.toHaveProperty('userId');
  });

  it.each([
    ['a bad name', [{ type: 'ok' }, { type: 'bad/name!' }], 400, 'BrokerError'],
    ['an empty name', [{ type: '' }], 400, 'RequestValidationError'],
    ['no name', [{ payload: {} }], 400, 'RequestValidationError'],
    ['a payload that is no object', [{ type: 'ok' }, { type: 'x', payload: [1] }], 400, 'RequestValidationError'],
    [
      'an event that is too large',
      [{ type: 'ok' }, { type: 'x', payload: { a: 'a'.repeat(100_000) } }],
      400,
      'BrokerError',
    ],
    ['a payload that is nested too deep', [{ type: 'ok' }, { type: 'x', payload: nested(101) }], 400, 'BrokerError'],
    ['a native event', [{ type: 'ok' }, { type: 'error', source: { serviceTopic: 'error' } }], 403, 'ForbiddenError'],
    ['501 events', Array.from({ length: 501 }, () => ({ type: 'x' })), 413, 'PayloadTooLarge'],
  ])('sends nothing at all for %s', async (_, events, status, error) => {
    const { post, custom } = await start();
    const answer = await post({ events });
    expect([answer.status, await answer.json()]).toMatchObject([status, { error }]);
    expect(custom()).toEqual([]);
  });

  it('says how large an event is, and makes an error event of the refusal', async () => {
    const { post, broker } = await start();
    const answer = await post({ events: [{ type: 'x', payload: { a: 'a'.repeat(100_000) } }] });
    const details = { reason: 'EventTooLarge', maxSize: 100_000, eventSize: expect.any(Number) };
    expect(await answer.json()).toMatchObject({ details });
    expect(broker.log.map(({ event }) => event)).toMatchObject([
      { type: 'error', payload: { error: 'BrokerError' }, source: { workspaceId: 'acme', http: { method: 'POST' } } },
    ]);
  });

  it('takes 500 events of 1 MB together, and nothing beyond', async () => {
    const { post, custom } = await start();
    const bodyOf = (bytes: number) => {
      const events = Array.from({ length: 500 }, () => ({ type: 'x', payload: { a: 'a'.repeat(2000) } }));
      return JSON.stringify({ events }).padEnd(bytes, ' ');
    };
    expect((await post(bodyOf(1_048_577))).status).toBe(413);
    expect(custom()).toEqual([]);
    expect((await post(bodyOf(1_048_576))).status).toBe(200);
    expect(custom()).toHaveLength(500);
  });

  it('answers 404 for an unknown workspace, 403 for whom may not', async () => {
    const { post, url, custom } = await start((action) => action === 'create');
    expect((await post({ events: [{ type: 'x' }] }, {}, url.replace('acme', 'other'))).status).toBe(404);
    expect((await post({ events: [{ type: 'x' }] })).status).toBe(403);
    expect(custom()).toEqual([]);
  });
});

describe('GET events', () => {
  const search = async (query: string) => {
    const { url, history } = await start();
    const answer = await fetch(`${url}?${query}`);
    return { status: answer.status, body: (await answer.json()) as object, query: history.queries[0] };
  };

  it('has defaults', async () => {
    const { query, body } = await search('');
    const reader = { topics: new Set() };
    expect(query).toEqual({ page: 0, limit: 50, sort: 'desc', appInstanceDepth: 1, reader });
    expect(body).toEqual({ result: { events: [] } });
  });

  it('hands on its filters', async () => {
    const { query } = await search(
      'types=a,b&text=foo%20bar&afterDate=2026-03-01&beforeDate=2026-03-02T10:00:00%2B02:00&page=2&limit=500&sort=asc' +
        '&appInstanceDepth=3&payload.foo=bar&source.correlationId=x&source.correlationId=y*&payload.gone=',
    );
    expect(query).toEqual({
      types: ['a', 'b'],
      text: 'foo bar',
      afterDate: '2026-03-01T00:00:00.000Z',
      beforeDate: '2026-03-02T08:00:00.000Z',
      fields: { 'payload.foo': ['bar'], 'source.correlationId': ['x', 'y*'], 'payload.gone': [''] },
      appInstanceDepth: 3,
      page: 2,
      limit: 500,
      sort: 'asc',
      reader: { topics: new Set() },
    });
  });

  it('lets a filter on the depth of apps decide', async () => {
    expect((await search('source.appInstanceDepth=2')).query).not.toHaveProperty('appInstanceDepth');
  });

  it.each([
    'limit=501',
    'limit=0',
    'limit=x',
    'page=-1',
    'sort=up',
    'afterDate=soon',
    'payload.a=*x',
    'payload.a=x&payload.a=*x*',
    'wait=3',
    'beforeId=1',
    'afterId=unknown',
    'foo=1',
    'page=200',
    'limit=500&page=20',
  ])('refuses %s with 400', async (query) => {
    expect((await search(query)).status).toBe(400);
  });

  it('asks the history for what the caller may read', async () => {
    const { url, history } = await start();
    await fetch(url, { headers: { authorization: `Bearer ${OWNER_TOKEN}` } });
    const topics = new Set(['news']);
    expect(history.queries[0]?.reader).toEqual({ userId: 'owner', sessionId: 'owner-session', role: 'owner', topics });
  });
});

describe('history', () => {
  it('stores what is meant to be kept, batch by batch', async () => {
    const { broker, history } = await start();
    await startHistoryConsumer({ broker, history });
    const kept = anEvent();
    await broker.deliver('history', [
      kept,
      anEvent({ options: { persist: false } }),
      anEvent({ type: 'runtime.contexts.updated' }),
    ]);
    expect(history.stored.map(({ event }) => event.id)).toEqual([kept.id]);
  });

  it('acknowledges nothing that could not be stored', async () => {
    const { broker, history } = await start();
    const failing = { ...history, store: () => Promise.reject(new Error('disk full')) };
    await startHistoryConsumer({ broker, history: failing });
    await expect(broker.deliver('history', [anEvent()])).rejects.toThrow('disk full');
  });
});
