/** Rights that are taken away from open subscriptions, as often as the product looks at them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CHECK_EVERY_MS } from '../../api/events/live/readers';
import type { ApiError, PlatformEvent } from '../../client/src';
import { anEvent } from '../../shared/testing/builders';
import { eventually } from '../support/eventually';
import { startLiveServer, type LiveServer } from '../support/live-server';

jest.setTimeout(30_000);

const WITHIN_MS = 1_000;

let server: LiveServer;
beforeAll(async () => void (server = await startLiveServer({ checkEveryMs: CHECK_EVERY_MS })));
afterAll(() => server.stop());

const opened: { destroy(): void }[] = [];
afterEach(() => opened.splice(0).forEach((one) => one.destroy()));

const who = { userId: 'ed', sessionId: 'ed' };
const become = (role?: { readonly [workspaceId: string]: string }): void =>
  void server.users.set('ed', { ...who, ...(role && { role }) });

async function subscribe(workspaceId: string, transport: 'websocket' | 'polling' = 'websocket') {
  const api = server.api('ed', { websockets: { transports: [transport] } });
  const events = api.streamEvents(workspaceId);
  opened.push(events);
  const came: PlatformEvent[] = [];
  events.all((event) => came.push(event));
  await events.ready();
  return { events, came };
}

let n = 0;
const happens = (): Promise<void> =>
  server.publish(
    ...['acme', 'other'].map((workspaceId) => anEvent({ payload: { n: ++n }, source: { workspaceId } })),
    anEvent({ type: 'for ed', payload: { n: ++n }, target: { userId: 'ed' } }),
  );
const typesOf = (events: readonly PlatformEvent[]): string[] => [...new Set(events.map(({ type }) => type))].sort();

it.each(['websocket', 'polling'] as const)(
  'a role that is withdrawn in one workspace narrows what comes there, within a second: %s',
  async (transport) => {
    become({ acme: 'editor', other: 'editor' });
    const acme = await subscribe('acme', transport);
    const other = await subscribe('other', transport);
    await happens();
    await eventually('both get all', () => acme.came.length === 2 && other.came.length === 1);
    expect(typesOf(acme.came)).toEqual(['apps.test', 'for ed']);

    become({ other: 'editor' });
    const began = performance.now();
    let lastSeen = 0;
    acme.events.on('apps.test', () => (lastSeen = performance.now() - began));
    while (performance.now() - began < 1.5 * WITHIN_MS) {
      await happens();
      await sleep(20);
    }
    expect(lastSeen).toBeLessThan(WITHIN_MS);
    [acme, other].forEach(({ came }) => came.splice(0));
    await happens();
    await eventually('what is still theirs goes on', () => acme.came.length > 0 && other.came.length > 0);
    expect([typesOf(acme.came), typesOf(other.came)]).toEqual([['for ed'], ['apps.test']]);
  },
);

it('a held request is not answered by what its caller may no longer see', async () => {
  become({ acme: 'editor' });
  const held = server.api('ed').waitForEvents('acme', { wait: 20 });
  await eventually('it is held', () => server.places.total === 1);
  become();
  await sleep(WITHIN_MS);
  await happens();
  expect(typesOf((await held).events)).toEqual(['for ed']);
});

it('a session that has ended is closed within a second, and gets in no more', async () => {
  become({ acme: 'editor' });
  const { events, came } = await subscribe('acme');
  const errors: string[] = [];
  events.onError((error) => errors.push((error as ApiError).error));
  const held = server.api('ed').waitForEvents('acme', { wait: 20 });
  await eventually('it is held', () => server.places.total === 1);
  server.users.delete('ed');
  const began = performance.now();
  await expect(held).rejects.toMatchObject({ code: 401 });
  await eventually('the websocket is told', () => errors.length > 0, { everyMs: 5 });
  expect(performance.now() - began).toBeLessThan(WITHIN_MS);
  await happens();
  expect(came).toEqual([]);
  await expect(events.ready()).rejects.toThrow('session has ended');
  await expect(server.api('ed').waitForEvents('acme')).rejects.toMatchObject({ code: 401 });
});

it('what was missed is shown by the rights of now, not by those of then', async () => {
  become({ acme: 'editor' });
  const { cursor } = await server.api('ed').waitForEvents('acme', { wait: 0 });
  await happens();
  become();
  const events = server.api('ed').streamEvents('acme', {}, { lastEventId: cursor });
  opened.push(events);
  const came: PlatformEvent[] = [];
  events.all((event) => came.push(event));
  await events.ready();
  expect(typesOf(came)).toEqual(['for ed']);
  expect(typesOf((await server.api('ed').waitForEvents('acme', { wait: 0, afterId: cursor })).events)).toEqual([
    'for ed',
  ]);
});

it('rights that change while what was missed is told narrow the rest of it', async () => {
  become({ acme: 'editor' });
  const { cursor } = await server.api('ed').waitForEvents('acme', { wait: 0 });
  await server.publish(...Array.from({ length: 400 }, () => anEvent({ type: 'missed', payload: { x: 1 } })));
  // The client takes its time: nothing more is read for it until it has room.
  let mayGoOn: () => void = () => undefined;
  const room = new Promise<void>((resolve) => (mayGoOn = resolve));
  const got: string[] = [];
  const subscription = await server.live.open({
    ...{ workspaceId: 'acme', caller: { ...who, correlationId: 'c' }, filter: {}, afterId: cursor },
    sink: { send: ({ event }) => void got.push(event.type), room: () => (got.length === 10 ? room : undefined) },
    onEnded: () => undefined,
  });
  const started = subscription.start();
  await eventually('ten are out', () => got.length === 10);
  become();
  await sleep(WITHIN_MS);
  mayGoOn();
  await started;
  expect(got).toHaveLength(10);
  subscription.end();
});
