/** Searches that ask for too much, and what goes on beside them. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { anEvent } from '../../shared/testing/builders';
import { startEventsServer, type EventsServer } from '../support/events-server';

jest.setTimeout(60_000);
let server: EventsServer;
const COUNT = 40_000;
beforeAll(async () => {
  server = await startEventsServer({ searchTimeoutMs: 40 });
  const fill = (n: number) =>
    anEvent({
      type: n === 0 ? 'rare' : 'common',
      createdAt: new Date(Date.UTC(2026, 2, 1) + n).toISOString(),
      payload: { n, note: `some words of event number ${n}`, list: Array.from({ length: 5 }, (_, i) => ({ i })) },
      source: { correlationId: `c${n % 400}`, ...(n === 7 && { sessionId: 's7' }) },
    });
  for (let from = 0; from < COUNT; from += 2_000)
    await server.store(...Array.from({ length: 2_000 }, (_, i) => fill(from + i)));
});
afterAll(() => server.stop());

const search = (body: object, token = 'owner') => server.ask('acme/search', token, body);
const tooExpensive = { status: 400, body: { error: 'SearchError', details: { reason: 'TooExpensive' } } };

it.each([
  ['a filter that nothing passes', { query: { term: { 'payload.n': 'none' } } }],
  ['a whole history sorted by something else', { query: { match_all: {} }, sort: ['payload.n'] }],
  ['all of it counted', { query: { match_all: {} }, track_total_hits: true }],
  ['all of it aggregated', { query: { match_all: {} }, limit: 0, aggs: { a: { terms: { field: 'type' } } } }],
])('end with a clear error: %s', async (_, body) => {
  const answer = await search(body);
  expect(answer).toMatchObject(tooExpensive);
  expect(answer.body.message).toContain('narrow it by types, dates or source.correlationId');
});

it('GET events with a filter that nothing passes ends so, too', async () => {
  expect(await server.ask('acme/events?payload.n=none', 'owner')).toMatchObject(tooExpensive);
});

it.each([
  ['the newest', { query: { match_all: {} }, track_total_hits: false }, 100],
  ['a rare type', { query: { term: { type: 'rare' } } }, 1],
  ['types by a beginning', { query: { prefix: { type: 'ra' } } }, 1],
  ['one id', { query: { ids: { values: ['none'] } } }, 0],
  ['a chain', { query: { term: { 'source.correlationId': 'c3' } } }, 100],
  ['a short time', { query: { range: { createdAt: { lt: '2026-03-01T00:00:00.010Z' } } } }, 10],
])('cost little: %s', async (_, body, count) => {
  const answer = await search(body);
  expect(answer.status).toBe(200);
  expect(answer.body.documents).toHaveLength(count);
});

it('a rare word costs little, once the words are indexed', async () => {
  const { body } = await search({ query: { query_string: { query: '"event number 4711"' } } });
  expect(body.documents).toHaveLength(1);
});

it('a reader of one event finds it among those of others', async () => {
  server.users.set('seventh', { sessionId: 's7' });
  expect((await server.ask('acme/events', 'seventh')).body.result.events).toHaveLength(1);
});

it('more buckets than an answer may hold', async () => {
  const hours = { date_histogram: { field: 'createdAt', fixed_interval: '1ms' } };
  await server.store(
    anEvent({ type: 'far.apart', createdAt: '2020-01-01T00:00:00.000Z' }),
    anEvent({ type: 'far.apart', createdAt: '2026-01-01T00:00:00.000Z' }),
  );
  expect(await search({ query: { term: { type: 'far.apart' } }, limit: 0, aggs: { hours } })).toMatchObject({
    status: 400,
    body: { details: { reason: 'TooExpensive', limit: 10_000 } },
  });
});

it('a flood of them leaves others their turn, and those beyond the queue are told to come again', async () => {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await sleep(500);
  const calm = delay.percentile(99) / 1e6;
  delay.reset();
  const flood = Array.from({ length: 120 }, () => search({ query: { match_all: {} }, sort: ['payload.n'] }));
  const began = performance.now();
  const beside = await server.ask('beta/events', 'owner');
  const took = performance.now() - began;
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  delay.disable();
  expect(beside.status).toBe(200);
  expect(took).toBeLessThan(1_000);
  expect(new Set(statuses)).toEqual(new Set([400, 503]));
  // Searches give the thread back every few milliseconds; a machine that others use has its own delay.
  expect(delay.percentile(99) / 1e6).toBeLessThan(Math.max(200, 4 * calm));
});
