/** The table of read rights by every path to events: stored, live, resumed, held. */
import { anEvent } from '../../shared/testing/builders';
import { eventually } from '../support/eventually';
import { livePaths } from '../support/live-paths';
import { startLiveServer, type LiveServer } from '../support/live-server';
import { rightsCases } from '../support/rights-cases';
import { everything, rightsByPaths } from '../support/rights-paths';
import { storedPaths } from '../support/stored-paths';

jest.setTimeout(30_000);

/** Fewer than are sent once in one go, so that a path from the log finds them there. */
const IN_LOG = 10 * everything.length;

let server: LiveServer;
let start = '';
beforeAll(async () => {
  server = await startLiveServer({ keepLog: IN_LOG });
  start = (await server.api('owner').waitForEvents('acme', { wait: 0 })).cursor;
  await server.publish(...everything);
  const filler = () => anEvent({ source: { workspaceId: 'other' } });
  const oldest = () => server.db.get<{ id: string }>('SELECT id FROM broker_log ORDER BY position LIMIT 1')?.id ?? '';
  await eventually('they are in the history only', async () => {
    await server.publish(...Array.from({ length: 100 }, filler));
    return !oldest().startsWith('row-');
  });
});
afterAll(() => server.stop());

it('has at least 40 rows', () => expect(rightsCases().length).toBeGreaterThanOrEqual(40));
rightsByPaths([
  ...storedPaths(() => server),
  ...livePaths(
    () => server,
    () => start,
  ),
]);

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

  it('are for those who work on this workspace, not on another', async () => {
    server.users.set('reader', { userId: 'u', role: { other: 'editor' } });
    expect(await server.ask('acme/search', 'reader', aggregating)).toMatchObject({ status: 403 });
    expect(await server.ask('other/search', 'reader', aggregating)).toMatchObject({ status: 200 });
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
