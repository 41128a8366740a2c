/** Consumers of events that connect with an API key: by websocket, by Socket.IO's polling, by held requests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { Api, type ApiError, type PlatformEvent } from '../../client/src';
import type { Json, JsonObject } from '../../shared/core/json';
import { eventually } from '../support/eventually';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const WITHIN_MS = 1_000;
const HEADER = 'x-prismeai-api-key';
/** Everything of orders but those that were cancelled, and what says that it is for partners. */
const RULES: JsonObject[] = [
  { action: 'read', subject: 'events', conditions: { type: { $regex: '^order\\.' } } },
  { action: 'read', subject: 'events', conditions: { type: 'order.cancelled' }, inverted: true },
  { action: 'read', subject: 'events', conditions: { 'payload.for': 'partners' } },
];
const SEEN = ['order.end', 'order.paid', 'order.placed', 'stock.low'];

const folder = servedFolder({ acme: { 'index.yml': 'name: acme\n' }, other: { 'index.yml': 'name: other\n' } });
let product: Product;
beforeAll(async () => {
  product = await startProduct(folder.path, { OSTINATO_USERS: JSON.stringify({ guest: { token: 'guest' } }) });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const opened: (() => void)[] = [];
afterEach(() => opened.splice(0).forEach((end) => end()));

async function asOwner(method: string, path: string, body?: Json): Promise<JsonObject> {
  const answer = await fetch(`${product.url}/v2/workspaces/acme/security/apikeys${path}`, {
    method,
    headers: { authorization: `Bearer ${OWNER_TOKEN}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as JsonObject;
}
async function newKey(rules: Json = RULES): Promise<{ readonly id: string; readonly apiKey: string }> {
  const { id, apiKey } = await asOwner('POST', '', { name: 'partner', rules });
  return { id: String(id), apiKey: String(apiKey) };
}

const client = (credentials: { readonly token?: string; readonly apiKey?: string }, transport?: 'polling') =>
  new Api({
    host: `${product.url}/v2`,
    ...credentials,
    ...(transport && { websockets: { transports: [transport] } }),
  });

async function happen(workspaceId = 'acme'): Promise<void> {
  await new Api({ host: `${product.url}/v2`, token: OWNER_TOKEN }).postEvents(workspaceId, [
    { type: 'order.placed' },
    { type: 'order.cancelled' },
    { type: 'order.paid' },
    { type: 'stock.low', payload: { for: 'partners' } },
    { type: 'stock.low', payload: { for: 'us', secretly: true } },
    { type: 'unseen' },
    // Events come in order: whoever has this one gets none of those before it any more.
    { type: 'order.end', payload: { for: 'partners' } },
  ]);
}
const isLast = ({ type }: PlatformEvent): boolean => type === 'order.end';
const typesOf = (events: readonly PlatformEvent[]): string[] => events.map(({ type }) => type).sort();

/** What comes to a subscription while everything happens. */
async function streamed(api: Api): Promise<readonly PlatformEvent[]> {
  const stream = api.streamEvents('acme');
  opened.push(() => stream.destroy());
  const came: PlatformEvent[] = [];
  stream.all((event) => came.push(event));
  await stream.ready();
  await happen();
  await eventually('the last one comes', () => came.some(isLast), { everyMs: 5 });
  stream.destroy();
  return came;
}

async function held(api: Api): Promise<readonly PlatformEvent[]> {
  const { cursor } = await api.waitForEvents('acme', { wait: 0 });
  const waiting = api.waitForEvents('acme', { wait: 20, afterId: cursor });
  await sleep(100);
  await happen();
  let { cursor: afterId, events } = await waiting;
  while (!events.some(isLast)) {
    const next = await api.waitForEvents('acme', { wait: 5, afterId });
    events = [...events, ...next.events];
    afterId = next.cursor;
  }
  return events;
}

describe('sees exactly what the rules of the key allow', () => {
  const ways = {
    'by websocket': (apiKey: string) => streamed(client({ apiKey })),
    "by Socket.IO's polling": (apiKey: string) => streamed(client({ apiKey }, 'polling')),
    'by a held request': (apiKey: string) => held(client({ apiKey })),
    'by websocket, beside a token': (apiKey: string) => streamed(client({ apiKey, token: 'guest' })),
    'by a held request, beside a token': (apiKey: string) => held(client({ apiKey, token: 'guest' })),
  };
  it.each(Object.entries(ways))('%s', async (_, way) => {
    const came = await way((await newKey()).apiKey);
    expect(typesOf(came)).toEqual(SEEN);
    expect(JSON.stringify(came)).not.toContain('secretly');
  });

  it('and what was missed, when it comes back', async () => {
    const { apiKey } = await newKey();
    const { cursor } = await client({ apiKey }).waitForEvents('acme', { wait: 0 });
    await happen();
    const stream = client({ apiKey }).streamEvents('acme', {}, { lastEventId: cursor });
    opened.push(() => stream.destroy());
    const came: PlatformEvent[] = [];
    stream.all((event) => came.push(event));
    await stream.ready();
    expect(typesOf(came)).toEqual(SEEN);
  });

  it('and sends what the key lets it send', async () => {
    const noOrders = { action: 'create', subject: 'events', conditions: { type: 'order.paid' }, inverted: true };
    const stream = client({ apiKey: (await newKey([...RULES, noOrders])).apiKey }).streamEvents('acme');
    opened.push(() => stream.destroy());
    await stream.ready();
    expect(await stream.emit('order.seen')).toEqual(expect.any(String));
    await expect(stream.emit('order.paid')).rejects.toMatchObject({ error: 'ForbiddenError' });
  });
});

describe('where the key stands', () => {
  async function connect(options: object): Promise<string> {
    const socket: Socket = io(`${product.url}/v2/workspaces/acme/events`, {
      ...{ transports: ['websocket'], forceNew: true, reconnection: false },
      ...options,
    });
    opened.push(() => socket.disconnect());
    return new Promise((resolve) => {
      socket.on(':subscribed', () => resolve('subscribed'));
      socket.on('connect_error', ({ message }) => resolve(message));
    });
  }
  const authorization = 'Bearer guest';
  const MISSING = 'Missing authentication credentials';
  const INVALID = 'Invalid authentication credentials';
  it.each<[string, (key: string) => object, string]>([
    ['the header of the upgrade', (key) => ({ extraHeaders: { [HEADER]: key } }), 'subscribed'],
    ['the header of polling', (key) => ({ extraHeaders: { [HEADER]: key }, transports: ['polling'] }), 'subscribed'],
    ['auth.extraHeaders', (key) => ({ auth: { extraHeaders: { [HEADER]: key } } }), 'subscribed'],
    [
      'auth.extraHeaders, written otherwise',
      (key) => ({ auth: { extraHeaders: { 'X-PrismeAI-Api-Key': key } } }),
      'subscribed',
    ],
    ['nowhere', () => ({}), MISSING],
    ['where nobody looks', (key) => ({ auth: { [HEADER]: key } }), MISSING],
    ['an unknown key', () => ({ auth: { extraHeaders: { [HEADER]: 'nobody-knows-it' } } }), MISSING],
    ['a key that is no text', () => ({ auth: { extraHeaders: { [HEADER]: { $ne: '' } } } }), MISSING],
    [
      'an unknown key beside a token',
      () => ({ auth: { authorization, extraHeaders: { [HEADER]: 'none' } } }),
      'subscribed',
    ],
    [
      'a key beside a wrong token',
      (key) => ({ auth: { authorization: 'Bearer a.b.c', extraHeaders: { [HEADER]: key } } }),
      INVALID,
    ],
  ])('%s', async (_, options, answer) => expect(await connect(options((await newKey()).apiKey))).toBe(answer));

  it('a key of another workspace opens nothing here', async () => {
    const api = client({ apiKey: (await newKey()).apiKey });
    const stream = api.streamEvents('other');
    opened.push(() => stream.destroy());
    await expect(stream.ready()).rejects.toThrow(MISSING);
    await happen('other');
    expect((await api.waitForEvents('other', { wait: 0 })).events).toEqual([]);
    expect(await api.getEvents('other')).toEqual([]);
  });
});

describe('is ended within a second', () => {
  const noLonger = {
    'the key is revoked': (id: string) => asOwner('DELETE', `/${id}`),
    'the key is disabled': (id: string) => asOwner('PUT', `/${id}`, { name: 'p', rules: RULES, disabled: true }),
    'its rules are changed': (id: string) => asOwner('PUT', `/${id}`, { name: 'p', rules: RULES.slice(2) }),
  };
  const beside = { 'a key alone': {}, 'a key beside a token': { token: 'guest' } };
  const rows = Object.entries(noLonger).flatMap(([name, end]) =>
    Object.entries(beside).map(([how, token]) => [name, how, end, token] as const),
  );

  it.each(rows)('when %s: %s', async (_name, _how, end, token) => {
    const { id, apiKey } = await newKey();
    const api = client({ ...token, apiKey });
    const stream = api.streamEvents('acme');
    opened.push(() => stream.destroy());
    const came: PlatformEvent[] = [];
    const errors: (ApiError | Error)[] = [];
    stream.all((event) => came.push(event));
    stream.onError((error) => errors.push(error));
    await stream.ready();
    const waiting = api.waitForEvents('acme', { wait: 20, types: ['never'] });
    await sleep(100);
    await end(id);
    const began = performance.now();
    await expect(waiting).rejects.toMatchObject({ code: 401, error: 'AuthenticationError' });
    await eventually('the websocket is told', () => errors.length > 0, { everyMs: 5 });
    expect(performance.now() - began).toBeLessThan(WITHIN_MS);
    expect(errors[0]).toMatchObject({
      error: 'AuthenticationError',
      message: 'The API key has been changed or revoked',
    });
    await happen();
    await sleep(100);
    expect(came).toEqual([]);
  });

  it('and what it may see then is what the new rules say', async () => {
    const { id, apiKey } = await newKey();
    const stream = client({ apiKey }).streamEvents('acme');
    opened.push(() => stream.destroy());
    await stream.ready();
    await asOwner('PUT', `/${id}`, { name: 'p', rules: RULES.slice(2) });
    expect(typesOf(await streamed(client({ apiKey })))).toEqual(['order.end', 'stock.low']);
  });

  it('but not by another name of the key', async () => {
    const { id, apiKey } = await newKey();
    const stream = client({ apiKey }).streamEvents('acme');
    opened.push(() => stream.destroy());
    const errors: Error[] = [];
    stream.onError((error) => errors.push(error));
    await stream.ready();
    await asOwner('PUT', `/${id}`, { name: 'renamed', rules: RULES });
    await sleep(WITHIN_MS);
    expect(errors).toEqual([]);
  });
});
