/** What becomes of old events, and of those of workspaces that are gone. */
import { createCleanHistory, startRetention } from '../../../api/events/retention';
import { anEvent } from '../../../shared/testing/builders';
import { fakeLog } from '../../../shared/testing/fakes/log';
import { eventually } from '../../support/eventually';
import { startEventsServer, type EventsServer } from '../../support/events-server';

jest.setTimeout(30_000);
let server: EventsServer;
beforeEach(async () => void (server = await startEventsServer()));
afterEach(() => server.stop());

const NOW = Date.parse('2026-06-01T00:00:00.000Z');
const daysAgo = (days: number): string => new Date(NOW - days * 86_400_000).toISOString();
const left = async (workspaceId = 'acme') =>
  (await server.history.search(workspaceId, { limit: 500, sort: 'asc' })).map(({ id }) => id);
const clean = (gone: readonly string[], settings: { retentionDays: number | null; deletionDays: number }) => {
  const workspaces = { has: (id: string) => !gone.includes(id) };
  return createCleanHistory({ history: server.history, workspaces, log: fakeLog(), now: () => NOW })(settings);
};
const rowsOf = (table: string) => server.db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n;

it('deletes what is older than the retention, of every workspace, with its keys and words', async () => {
  const old = Array.from({ length: 250 }, (_, i) =>
    anEvent({ createdAt: daysAgo(31), source: { sessionId: 's', workspaceId: i % 2 === 0 ? 'acme' : 'beta' } }),
  );
  await server.store(...old, anEvent({ id: 'new', createdAt: daysAgo(29), source: { sessionId: 's' } }));
  await server.history.search('acme', { text: 'world', limit: 1, sort: 'asc' });
  expect(await clean([], { retentionDays: 30, deletionDays: 90 })).toBe(250);
  expect(await left()).toEqual(['new']);
  expect([rowsOf('events'), rowsOf('event_readers'), rowsOf('events_text')]).toEqual([1, 1, 1]);
  expect(await server.history.workspaces()).toEqual(['acme']);
});

it('keeps everything without a retention', async () => {
  await server.store(anEvent({ id: 'old', createdAt: daysAgo(10_000) }));
  expect(await clean([], { retentionDays: null, deletionDays: 90 })).toBe(0);
  expect(await left()).toEqual(['old']);
});

it('deletes the history of a workspace so many days after the workspace', async () => {
  const deleted = (workspaceId: string, days: number, serviceTopic = 'workspaces.deleted') =>
    anEvent({ type: 'workspaces.deleted', createdAt: daysAgo(days), source: { workspaceId, serviceTopic } });
  await server.store(
    ...['long-gone', 'just-gone', 'back-again', 'fooled'].map((workspaceId) =>
      anEvent({ createdAt: daysAgo(200), source: { workspaceId } }),
    ),
    deleted('long-gone', 91),
    deleted('just-gone', 89),
    deleted('back-again', 91),
    deleted('fooled', 91, 'topic:runtime:emit'),
  );
  await clean(['long-gone', 'just-gone', 'fooled'], { retentionDays: null, deletionDays: 90 });
  expect(await server.history.workspaces()).toEqual(['back-again', 'fooled', 'just-gone']);
});

it('is done again and again, and ends with the product', async () => {
  const log = fakeLog();
  const settings = { retentionDays: 1, deletionDays: 90 };
  const workspaces = { has: () => true };
  const retention = startRetention({ history: server.history, workspaces, log }, settings, 10);
  await server.store(anEvent({ createdAt: '2020-01-01T00:00:00.000Z' }));
  await eventually('the old event is gone', async () => (await left()).length === 0);
  await retention.stop();
  await server.store(anEvent({ id: 'stays', createdAt: '2020-01-01T00:00:00.000Z' }));
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(await left()).toEqual(['stays']);
});
