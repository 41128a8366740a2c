/** Websockets and held requests over the embedded stores: who may connect, what is said to clients, limits, and rights that change. */
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { ApiError, Events, PlatformEvent } from '../../../client/src';
import { anEvent } from '../../../shared/testing/builders';
import { eventually } from '../../support/eventually';
import { startLiveServer, type LiveServer } from '../../support/live-server';

jest.setTimeout(30_000);

let server: LiveServer;
beforeAll(async () => void (server = await startLiveServer({ settings: { messagesPerSecond: 10 } })));
afterAll(() => server.stop());

const opened: { destroy(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.destroy();
});

function stream(...[filters, options, token = 'owner']: [...Parameters<typeof open>]): ReturnType<typeof open> {
  return open(filters, options, token);
}
function open(
  filters?: Parameters<ReturnType<LiveServer['api']>['streamEvents']>[1],
  options?: Parameters<ReturnType<LiveServer['api']>['streamEvents']>[2],
  token = 'owner',
): { events: Events; came: PlatformEvent[]; errors: string[] } {
  const events = server.api(token).streamEvents('acme', filters, options);
  const came: PlatformEvent[] = [];
  const errors: string[] = [];
  events.all((event) => came.push(event));
  events.onError((error) => errors.push((error as ApiError).error ?? error.message));
  opened.push(events);
  return { events, came, errors };
}

/** Without our client: as any client of Socket.IO connects. */
function plain(
  auth: object,
  { path = '/v2/workspaces/acme/events', ...options }: { path?: string; [key: string]: unknown } = {},
): Socket {
  const socket = io(`${server.url}${path}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth,
    ...options,
  });
  opened.push({ destroy: () => socket.disconnect() });
  return socket;
}
const refusalOf = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.on('connect_error', (error) => resolve(error.message));
    socket.on('connect', () => resolve('connected'));
  });
const bearer = { authorization: 'Bearer owner' };

describe('connecting', () => {
  it.each([
    ['without a token', {}, {}, 'Missing authentication credentials'],
    ['with a token that nobody knows', { authorization: 'Bearer x' }, {}, 'Invalid authentication credentials'],
    [
      'with something else than a bearer token',
      { authorization: 'Basic owner' },
      {},
      'Missing authentication credentials',
    ],
    ['with a token in auth.extraHeaders', { extraHeaders: bearer }, {}, 'connected'],
    ['with a token in auth', bearer, {}, 'connected'],
    ['with a token in the header', {}, { extraHeaders: bearer }, 'connected'],
    ['by polling, with a token in the header', {}, { extraHeaders: bearer, transports: ['polling'] }, 'connected'],
    ['by polling without a token', {}, { transports: ['polling'] }, 'Missing authentication credentials'],
    ['to a workspace that there is not', bearer, { path: '/v2/workspaces/nowhere/events' }, 'Invalid namespace'],
    ['to something else', bearer, { path: '/v2/workspaces/acme' }, 'Invalid namespace'],
    ['to nothing', bearer, { path: '/' }, 'Connect to /v2/workspaces/<workspace>/events'],
    ['with an unknown filter', { ...bearer, filters: { type: 'a' } }, {}, expect.stringContaining('is no filter')],
    ['with filters that are none', { ...bearer, filters: 'a' }, {}, expect.stringContaining('must be an object')],
    ['with a bad wildcard in the query', bearer, { query: { 'payload.a': '*a' } }, expect.stringContaining('*')],
    ['with token and id of the wrong kind', { ...bearer, reuseSocketId: {}, lastEventId: 7 }, {}, 'connected'],
  ])('%s', async (_, auth, options, message) => {
    expect(await refusalOf(plain(auth, options))).toEqual(message);
  });

  it('reads filters of the query string as GET events does, unless auth has some', async () => {
    const received = async (auth: object, query: object) => {
      const socket = plain({ ...bearer, ...auth }, { query });
      const got: string[] = [];
      socket.onAny((name: string, event: PlatformEvent) => {
        if (!name.startsWith(':')) got.push(event.type);
      });
      await new Promise((resolve) => socket.on(':subscribed', resolve));
      await server.publish(
        anEvent({ type: 'q.a', payload: { n: 1 } }),
        anEvent({ type: 'q.b', payload: { n: 2 } }),
        anEvent({ type: 'q.deep', payload: { n: 1 }, source: { appInstanceDepth: 2 } }),
      );
      await socket.emitWithAck('reconnection', {});
      return got;
    };
    expect(await received({}, { types: 'q.a,q.b,q.deep' })).toEqual(['q.a', 'q.b']);
    expect(await received({}, { 'payload.n': '1' })).toEqual(['q.a']);
    expect(await received({ filters: { types: ['q.deep'] } }, { 'payload.n': '2' })).toEqual(['q.deep']);
  });
});

describe('messages', () => {
  it('sends events with what it knows of the sender, and says their id', async () => {
    const { events, came } = stream({ types: ['said'] });
    await events.ready();
    const id = await events.emit('said', { n: 1 }, { target: { userId: 'u' }, options: { persist: false } });
    await eventually('it came', () => came.length === 1);
    expect(came).toMatchObject([
      {
        id,
        ...{ type: 'said', payload: { n: 1 }, target: { userId: 'u' }, options: { persist: false } },
        source: { workspaceId: 'acme', userId: 'owner', sessionId: 'owner', socketId: events.socketId },
      },
    ]);
  });

  it.each([
    ['no name', { payload: {} }, 'RequestValidationError'],
    ['a bad name', { type: 'no/name' }, 'BrokerError'],
    ['a payload that is no object', { type: 'a', payload: [1] }, 'RequestValidationError'],
    ['nothing', undefined, 'RequestValidationError'],
    ['too large', { type: 'a', payload: { a: 'x'.repeat(100_001) } }, 'BrokerError'],
    ['a native event', { type: 'error', source: { serviceTopic: 'error' } }, 'ForbiddenError'],
  ])('refuses %s, and goes on', async (_, draft, error) => {
    const socket = plain(bearer);
    expect(await socket.emitWithAck('event', draft)).toMatchObject({ error });
    const told = new Promise((resolve) => socket.once('error', resolve));
    socket.emit('event', draft);
    expect(await told).toMatchObject({ error, message: expect.any(String) });
    expect(await socket.emitWithAck('event', { type: 'fine' })).toEqual({ id: expect.any(String) });
  });

  it('refuses messages that it does not know, and filters that are none', async () => {
    const socket = plain(bearer);
    expect(await socket.emitWithAck('evnt', {})).toMatchObject({ error: 'RequestValidationError' });
    expect(await socket.emitWithAck('filters', { type: 'a' })).toMatchObject({ error: 'RequestValidationError' });
    expect(await socket.emitWithAck('filters', {})).toEqual({});
  });

  it('refuses more messages than a websocket may send, not those of others', async () => {
    const flood = plain(bearer);
    const answers = await Promise.all(Array.from({ length: 60 }, () => flood.emitWithAck('event', { type: 'flood' })));
    const refused = answers.filter((answer: { error?: string }) => answer.error === 'Overloaded');
    expect(refused.length).toBeGreaterThanOrEqual(10);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(40);
    expect(await plain(bearer).emitWithAck('event', { type: 'fine' })).toEqual({ id: expect.any(String) });
  });

  it('reads nothing for a while from whom it has refused again and again', async () => {
    const flooder = plain(bearer);
    await new Promise<void>((resolve) => flooder.on('connect', resolve));
    const before = server.counts.received;
    const text = 'x'.repeat(20_000);
    for (let sent = 0; sent < 2_000; sent += 20) {
      for (let n = 0; n < 20; n++) flooder.emit('event', { type: 'flood', payload: { text } });
      await sleep(2);
    }
    // 40 are taken and 50 refused; what was under way by then comes on top.
    expect(server.counts.received - before).toBeLessThan(1_000);
    // Not politely: a goodbye would stand behind all that is not read.
    (flooder.io.engine.transport as unknown as { readonly ws: { terminate(): void } }).ws.terminate();
  });

  it('closes a connection that sends more than 1 MB at once, and no other', async () => {
    const [large, other] = [plain(bearer), plain(bearer)];
    await other.emitWithAck('filters', {});
    const closed = new Promise((resolve) => large.on('disconnect', resolve));
    large.emit('event', { type: 'a', payload: { a: 'x'.repeat(1_100_000) } });
    await closed;
    expect(await other.emitWithAck('filters', {})).toEqual({});
  });

  it('changes filters from now on, and adds topics', async () => {
    const { events, came } = stream({ types: ['f.a'] });
    await events.ready();
    await server.publish(anEvent({ type: 'f.a' }), anEvent({ type: 'f.b' }));
    await events.updateFilters({ payloadQuery: { type: 'f.b' } });
    await server.publish(anEvent({ type: 'f.a' }), anEvent({ type: 'f.b' }));
    await events.listenTopics(['t']);
    await server.publish(anEvent({ type: 'f.b' }), anEvent({ type: 'f.c', target: { userTopic: 't' } }));
    await eventually('all came', () => came.length === 4);
    expect(came.map(({ type }) => type)).toEqual(['f.a', 'f.b', 'f.b', 'f.c']);
  });

  it.each(['connect', 'disconnect', 'connect_error', 'newListener', 'error', 'event'])(
    'delivers events that are called %s as events',
    async (type) => {
      const { events, came, errors } = stream({ types: [type] });
      await events.ready();
      const [event] = [anEvent({ type })];
      await server.publish(event);
      await events.updateFilters({});
      expect([came, errors]).toEqual([[event], []]);
    },
  );
});

describe('sockets of one session', () => {
  it('do not hear each other through a filter on the session, unless the event says so', async () => {
    const filters = { payloadQuery: { 'source.sessionId': 'owner', 'payload.echo': true } };
    const [one, other] = [stream(filters), stream(filters)];
    await Promise.all([one.events.ready(), other.events.ready()]);
    await one.events.emit('echo', { echo: true, n: 1 });
    await one.events.emit('echo', { echo: true, n: 2 }, { target: { currentSocket: false } });
    await eventually('the sender hears both', () => one.came.length === 2);
    await other.events.updateFilters({});
    expect(other.came.map(({ payload }) => payload?.['n'])).toEqual([2]);
  });

  it('take an id back, after the connection and after the server; nobody else does', async () => {
    const first = stream();
    await first.events.ready();
    const id = first.events.socketId ?? '';
    first.events.close();
    const again = stream({}, { reuseSocketId: id });
    await again.events.ready();
    expect(again.events.socketId).toBe(id);
    server.users.set('guest', { userId: 'guest', sessionId: 'guest' });
    const thief = stream({}, { reuseSocketId: id }, 'guest');
    await thief.events.ready();
    expect(thief.events.socketId).not.toBe(id);
    const late = plain(bearer);
    expect(await late.emitWithAck('reconnection', { socketId: id })).toEqual({ socketId: id });
    expect(await late.emitWithAck('reconnection', { socketId: `${id.slice(0, -1)}!` })).toEqual({ socketId: id });
  });
});

describe('resume', () => {
  it('gives what was missed, then what comes, also to who has seen nothing yet', async () => {
    const { events, came } = stream({ types: ['r'] });
    await events.ready();
    for (let round = 0; round < 3; round++) {
      events.close();
      await server.publish(anEvent({ type: 'r', payload: { n: 2 * round } }), anEvent({ type: 'other' }));
      events.open();
      await events.ready();
      await server.publish(anEvent({ type: 'r', payload: { n: 2 * round + 1 } }));
    }
    await eventually('all came', () => came.length === 6);
    expect(came.map(({ payload }) => payload?.['n'])).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each(['unknown', 'c.AAAA', `c.${'A'.repeat(90)}`, "'; DROP TABLE events"])(
    'says that it cannot go on from %s, and goes live',
    async (lastEventId) => {
      const { events, came, errors } = stream({ types: ['r2'] }, { lastEventId });
      await events.ready();
      await server.publish(anEvent({ type: 'r2' }));
      await eventually('it is live', () => came.length === 1);
      expect(errors).toEqual(['ResumeError']);
    },
  );

  it('does not go on from an event or a cursor of another workspace', async () => {
    const elsewhere = anEvent({ source: { workspaceId: 'other' } });
    await server.publish(elsewhere);
    const { cursor } = await server.api('owner').waitForEvents('other', { wait: 0 });
    for (const lastEventId of [elsewhere.id, cursor]) {
      const { events, errors } = stream({}, { lastEventId });
      await events.ready();
      expect(errors).toEqual(['ResumeError']);
    }
  });
});

describe('rights that change', () => {
  it('ends the connections and held requests of a session that has ended, within a second', async () => {
    server.users.set('leaver', { userId: 'leaver', sessionId: 'l' });
    const { events, errors } = stream({}, {}, 'leaver');
    await events.ready();
    const held = server.api('leaver').waitForEvents('acme', { wait: 20 });
    await eventually('it is held', () => server.places.total === 1);
    const before = server.sockets.total;
    server.users.delete('leaver');
    const began = performance.now();
    await expect(held).rejects.toMatchObject({ error: 'AuthenticationError', code: 401 });
    await eventually('it is closed', () => server.sockets.total === before - 1, { everyMs: 5 });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(errors).toEqual(['AuthenticationError']);
    await expect(events.ready()).rejects.toMatchObject({ message: 'The session has ended' });
  });

  it('narrows what an editor sees who is none any more, and widens it again', async () => {
    server.users.set('ed', { userId: 'ed', sessionId: 'ed', role: 'editor' });
    const { events, came } = stream({ types: ['w'] }, {}, 'ed');
    await events.ready();
    const numbered = (n: number) => anEvent({ type: 'w', payload: { n } });
    await server.publish(numbered(1));
    server.users.set('ed', { userId: 'ed', sessionId: 'ed' });
    await sleep(500);
    await server.publish(numbered(2));
    server.users.set('ed', { userId: 'ed', sessionId: 'ed', role: 'editor' });
    await sleep(500);
    await server.publish(numbered(3));
    await eventually('it came', () => came.length === 2);
    expect(came.map(({ payload }) => payload?.['n'])).toEqual([1, 3]);
  });

  it('shows a topic from the event on that tells of the joining', async () => {
    server.users.set('member', { userId: 'member', sessionId: 'm' });
    const { events, came } = stream({}, {}, 'member');
    await events.ready();
    const toTopic = (n: number) => anEvent({ payload: { n }, target: { userTopic: 'fresh' } });
    const type = 'events.userTopics.joined';
    await server.publish(toTopic(1));
    const request = { kind: 'join', workspaceId: 'acme', topic: 'fresh', userIds: ['member'], create: true } as const;
    await server.topics.apply({ ...request, idempotencyKey: 'k' });
    const joined = anEvent({
      type,
      source: { serviceTopic: type },
      payload: { topic: 'fresh', user: { id: 'member' } },
    });
    await server.publish(joined, toTopic(2), toTopic(3));
    await eventually('they came', () => came.length === 2);
    expect(came.map(({ payload }) => payload?.['n'])).toEqual([2, 3]);
  });

  it('ends what listens to a workspace that is no more', async () => {
    server.workspaceIds.add('brief');
    const events = server.api('owner').streamEvents('brief');
    opened.push(events);
    const errors: string[] = [];
    events.onError((error) => errors.push(error.message));
    await events.ready();
    server.workspaceIds.delete('brief');
    await eventually('it was told', () => errors.length > 0, { withinMs: 1_000, everyMs: 10 });
  });
});

describe('searches of the client', () => {
  it('find what is stored, and count it', async () => {
    await server.publish(...[1, 2, 3].map((amount) => anEvent({ type: 'sale', payload: { amount } })));
    const search = {
      query: { term: { type: 'sale' } },
      sort: { 'payload.amount': 'asc' },
      limit: 2,
      aggs: { amounts: { terms: { field: 'payload.amount' } } },
    };
    const found = await eventually('all are stored', async () => {
      const result = await server.api('owner').search('acme', search);
      return result.size === 3 && result;
    });
    expect(found.documents.map(({ payload }) => payload?.['amount'])).toEqual([1, 2]);
    expect(found.aggs).toMatchObject({ amounts: { buckets: { length: 3 } } });
    const { aggs: _, ...page } = search;
    const rest = await server.api('owner').search('acme', { ...page, search_after: found.searchAfter });
    expect(rest.documents.map(({ payload }) => payload?.['amount'])).toEqual([3]);
  });

  it('say what is wrong', async () => {
    await expect(server.api('owner').search('acme', { query: { script: {} } })).rejects.toMatchObject({
      error: 'SearchError',
      code: 400,
    });
    await expect(server.api().search('acme', { query: {}, aggs: {} })).rejects.toMatchObject({ code: 403 });
  });
});

describe('held requests', () => {
  const api = () => server.api('owner');

  it('hold until something matches', async () => {
    const held = api().waitForEvents('acme', { wait: 20, types: ['h'] });
    await eventually('it is held', () => server.places.total === 1);
    const [event] = [anEvent({ type: 'h' })];
    await server.publish(anEvent({ type: 'no' }), event, anEvent({ type: 'h', source: { workspaceId: 'other' } }));
    expect((await held).events).toEqual([event]);
  });

  it('are answered with nothing when the time is over, and go on from there', async () => {
    const first = await api().waitForEvents('acme', { wait: 1, types: ['h2'] });
    expect(first.events).toEqual([]);
    const [event] = [anEvent({ type: 'h2' })];
    await server.publish(event, anEvent({ type: 'no' }));
    expect((await api().waitForEvents('acme', { wait: 20, types: ['h2'], afterId: first.cursor })).events).toEqual([
      event,
    ]);
  });

  it('miss nothing in a loop, a page at a time, oldest first', async () => {
    let { cursor } = await api().waitForEvents('acme', { wait: 0 });
    const sent = Array.from({ length: 25 }, (_, n) => anEvent({ type: n % 5 === 4 ? 'no' : 'h3' }));
    await server.publish(...sent);
    const got: PlatformEvent[] = [];
    while (got.length < 20) {
      const page = await api().waitForEvents('acme', { wait: 5, types: ['h3'], afterId: cursor, limit: 7 });
      expect(page.events.length).toBeLessThanOrEqual(7);
      got.push(...page.events);
      cursor = page.cursor;
    }
    expect(got.map(({ id }) => id)).toEqual(sent.filter(({ type }) => type === 'h3').map(({ id }) => id));
    const after = await api().waitForEvents('acme', { wait: 0, afterId: got[18]?.id, types: ['h3'] });
    expect(after.events).toEqual([got[19]]);
  });

  it.each([
    ['wait=31', 400, 'RequestValidationError'],
    ['wait=-1', 400, 'RequestValidationError'],
    ['wait=x', 400, 'RequestValidationError'],
    ['afterId=unknown', 400, 'ResumeError'],
    ['wait=1&afterId=c.broken', 400, 'ResumeError'],
    ['wait=1&payload.a=*x', 400, 'SearchError'],
    ['wait=1&limit=501', 400, 'RequestValidationError'],
    ['wait=1&afterDate=2026-01-01', 400, 'RequestValidationError'],
    ['wait=1&beforeDate=2026-01-01', 400, 'RequestValidationError'],
    ['wait=1&page=1', 400, 'RequestValidationError'],
    ['wait=1&source.sessionId=a*b', 400, 'RequestValidationError'],
    ['wait=1&nothing=x', 400, 'RequestValidationError'],
  ])('refuse %s', async (query, status, error) => {
    const answer = await fetch(`${server.url}/v2/workspaces/acme/events?${query}`, { headers: bearer });
    expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ error })]);
  });

  it('answer 404 for a workspace that there is not, and nothing to whom nobody knows', async () => {
    await expect(api().waitForEvents('nowhere')).rejects.toMatchObject({ code: 404 });
    await expect(server.api('nobody').waitForEvents('acme')).rejects.toMatchObject({ code: 401 });
    const held = server.api().waitForEvents('acme', { wait: 1 });
    await eventually('it is held', () => server.places.total === 1);
    await server.publish(anEvent());
    expect((await held).events).toEqual([]);
  });

  it('give their place back when the client goes', async () => {
    const gone = new AbortController();
    const held = fetch(`${server.url}/v2/workspaces/acme/events?wait=30`, { signal: gone.signal, headers: bearer });
    await eventually('it is held', () => server.places.total === 1);
    gone.abort();
    await expect(held).rejects.toThrow();
    await eventually('its place is free', () => server.places.total === 0 && server.live.hub.size === 0);
  });
});
