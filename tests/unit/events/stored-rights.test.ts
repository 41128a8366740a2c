/** The table of read rights by every path to stored events, over HTTP. */
import { startEventsServer, type EventsServer } from '../../support/events-server';
import { rightsCases, type ReaderRow } from '../../support/rights-cases';
import { rightsByPaths, type RightsPath } from '../../support/rights-paths';

jest.setTimeout(30_000);

// The broadcast of context writes is not even stored; each event has a chain and a word of its own.
const everything = rightsCases().map(({ event }, row) => ({
  ...event,
  id: `row-${row}`,
  payload: { word: `word${row}`, common: 'everywhere' },
  source: { ...event.source, correlationId: `chain-${row}` },
}));

let server: EventsServer;
beforeAll(async () => {
  server = await startEventsServer();
  await server.store(...everything);
});
afterAll(() => server.stop());

const userOf = ({ userId }: ReaderRow): string => userId ?? '';

/** Members of a topic are users: whoever is in none has another name than those who are. */
async function ask(reader: ReaderRow, path: string, body?: unknown) {
  const { topics = [], ...caller } = reader;
  server.users.set('reader', caller);
  await server.db.write((tx) => tx.run('DELETE FROM user_topic_members'));
  for (const topic of topics)
    await server.topics.apply({
      ...{ kind: 'join', workspaceId: 'acme', topic, userIds: [userOf(reader)] },
      ...{ create: true, idempotencyKey: topic },
    });
  const answer = await server.ask(`acme/${path}`, 'reader', body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
}
const ids = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);
const get = (reader: ReaderRow, query: string) =>
  ask(reader, `events?${query}`).then(({ result }) => ids(result.events));
const search = (reader: ReaderRow, body: object) =>
  ask(reader, 'search', body).then(({ documents, size }) => {
    // The count tells nothing of what is not shown.
    expect(size).toBe(documents.length);
    return ids(documents);
  });

const paths: readonly RightsPath[] = [
  { name: 'GET events', shows: 'all', ask: (reader) => get(reader, 'limit=500') },
  { name: 'GET events, oldest first', shows: 'all', ask: (reader) => get(reader, 'limit=500&sort=asc') },
  {
    name: 'GET events, page by page',
    shows: 'all',
    async ask(reader) {
      const found: string[] = [];
      for (let page = 0; ; page++) {
        const some = await get(reader, `limit=20&page=${page}`);
        found.push(...some);
        if (some.length < 20) return found;
      }
    },
  },
  { name: 'GET events by id', shows: 'one', ask: (reader, { id }) => get(reader, `id=${id}`) },
  {
    name: 'GET events by chain',
    shows: 'one',
    ask: (reader, { source }) => get(reader, `source.correlationId=${source.correlationId}`),
  },
  {
    name: 'GET events by payload',
    shows: 'one',
    ask: (reader, { payload }) => get(reader, `payload.word=${String(payload?.['word'])}`),
  },
  {
    name: 'GET events by type',
    shows: 'all',
    ask: (reader) => get(reader, `limit=500&types=${[...new Set(everything.map(({ type }) => type))].join(',')}`),
  },
  {
    name: 'GET events by text',
    shows: 'one',
    ask: (reader, { payload }) => get(reader, `text=${String(payload?.['word'])}`),
  },
  { name: 'GET events by a common text', shows: 'all', ask: (reader) => get(reader, 'limit=500&text=everywhere') },
  {
    name: 'POST search',
    shows: 'all',
    ask: (reader) => search(reader, { query: { match_all: {} }, limit: 500 }),
  },
  {
    name: 'POST search by another order',
    shows: 'all',
    ask: (reader) => search(reader, { query: { match_all: {} }, sort: ['payload.word'], limit: 500 }),
  },
  {
    name: 'POST search by id',
    shows: 'one',
    ask: (reader, { id }) => search(reader, { query: { ids: { values: [id] } } }),
  },
];

it('has at least 40 rows', () => expect(rightsCases().length).toBeGreaterThanOrEqual(40));
rightsByPaths(everything, paths);

const aggregating = { query: { match_all: {} }, limit: 0, aggs: { ids: { value_count: { field: 'id' } } } };
const usage = 'acme/usage?afterDate=2026-01-01&beforeDate=2027-01-01';

describe('sums over events of others', () => {
  it.each([
    ['owner', 200],
    ['editor', 200],
    ['superadmin', 200],
    ['visitor', 403],
    [undefined, 403],
  ])('as %s: %i', async (role, status) => {
    server.users.set('reader', { userId: 'u', ...(role !== undefined && { role }) });
    expect(await server.ask('acme/search', 'reader', aggregating)).toMatchObject({ status });
    const other = { query: { match_all: {} }, aggregations: {} };
    expect(await server.ask('acme/search', 'reader', other)).toMatchObject({ status });
    expect(await server.ask(usage, 'reader')).toMatchObject({ status });
  });

  it('see what their reader sees', async () => {
    server.users.set('reader', { userId: 'u', role: 'editor' });
    const { body } = await server.ask('acme/search', 'reader', aggregating);
    const { body: shown } = await server.ask('acme/events?limit=500', 'reader');
    expect(body.aggs['ids']?.value).toBe(shown.result.events.length);
  });

  it('are refused to those without a token, who see nothing at all either', async () => {
    expect(await server.ask('acme/search', undefined, aggregating)).toMatchObject({
      status: 403,
      body: { error: 'ForbiddenError' },
    });
    expect((await server.ask('acme/events')).body.result.events).toEqual([]);
    expect((await server.ask('acme/search', undefined, { query: { match_all: {} } })).body.documents).toEqual([]);
  });
});
