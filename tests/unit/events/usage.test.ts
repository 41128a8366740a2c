/** GET usage over HTTP. */
import { anEvent } from '../../../shared/testing/builders';
import { startEventsServer, type EventsServer } from '../../support/events-server';

jest.setTimeout(30_000);
let server: EventsServer;
beforeAll(async () => void (server = await startEventsServer()));
afterAll(() => server.stop());

const INTERACTION = 'runtime.interactions.triggered';
const interaction = (createdAt: string, type: string, correlationId: string, who: object = {}) =>
  anEvent({
    type: INTERACTION,
    createdAt,
    payload: { trigger: { type, value: 'x' } },
    source: { workspaceId: 'used', correlationId, serviceTopic: INTERACTION, ...who },
  });
const metrics = (createdAt: string, slug: string, values: object, depth = 1) =>
  anEvent({
    type: `${slug}.usage`,
    createdAt,
    payload: { metrics: values as never },
    source: { workspaceId: 'used', appSlug: 'Mailer', appInstanceFullSlug: slug, appInstanceDepth: depth },
  });

const usage = (query: string, workspaceId = 'used') => server.ask(`${workspaceId}/usage?${query}`, 'owner');
const YEAR = 'afterDate=2026-01-01&beforeDate=2027-01-01';

it('is zeros where nothing was done', async () => {
  expect((await usage(YEAR, 'idle')).body).toEqual({
    workspaceId: 'idle',
    afterDate: '2026-01-01T00:00:00.000Z',
    beforeDate: '2027-01-01T00:00:00.000Z',
    total: {
      ...{ transactions: 0, httpTransactions: 0, eventTransactions: 0, scheduleTransactions: 0, sessions: 0, users: 0 },
    },
    apps: [],
  });
});

it('counts chains, sessions and users, and what apps count, in all and by interval', async () => {
  await server.store(
    interaction('2026-03-01T10:00:00.000Z', 'endpoint', 'c1', { sessionId: 's1', userId: 'u1' }),
    interaction('2026-03-01T10:00:01.000Z', 'event', 'c1', { sessionId: 's1' }),
    interaction('2026-03-20T10:00:00.000Z', 'endpoint', 'c2', { sessionId: 's1', userId: 'u1' }),
    interaction('2026-04-02T10:00:00.000Z', 'schedule', 'c3'),
    interaction('2027-04-02T10:00:00.000Z', 'schedule', 'later'),
    // Not the platform's own: whoever emits such an event changes no figures.
    anEvent({ type: INTERACTION, createdAt: '2026-03-01T10:00:00.000Z', source: { workspaceId: 'used' } }),
    metrics('2026-03-01T10:00:00.000Z', 'mail', { sent: 2, quota: { value: 5, action: 'set' } }),
    metrics('2026-03-02T10:00:00.000Z', 'mail', { sent: { value: 3, action: 'increment' }, broken: 'x' }),
    metrics('2026-04-01T10:00:00.000Z', 'mail', { sent: 1, quota: { value: 4, action: 'set' } }),
    metrics('2026-04-01T10:00:00.000Z', 'mail2', { sent: 10 }),
    metrics('2026-04-01T10:00:00.000Z', 'mail.deep', { sent: 100 }, 2),
  );
  const { body } = await usage(`${YEAR}&interval=month`);
  expect(body).toMatchObject({
    interval: 'month',
    total: {
      ...{ transactions: 3, httpTransactions: 2, eventTransactions: 1, scheduleTransactions: 1, sessions: 1, users: 1 },
    },
    apps: [
      {
        slug: 'Mailer',
        total: { custom: { sent: 16, quota: 4 } },
        appInstances: [
          { slug: 'mail', total: { custom: { sent: 6, quota: 4 } } },
          { slug: 'mail2', total: { custom: { sent: 10 } } },
        ],
      },
    ],
    timeseries: [
      { date: '2026-03-01T00:00:00.000Z', total: { transactions: 2, httpTransactions: 2, sessions: 1 } },
      { date: '2026-04-01T00:00:00.000Z', total: { transactions: 1, scheduleTransactions: 1, users: 0 } },
    ],
  });
  expect(body['timeseries']).toMatchObject([
    { apps: [{ total: { custom: { sent: 5, quota: 5 } } }] },
    { apps: [{ total: { custom: { sent: 11, quota: 4 } } }] },
  ]);
});

it.each([
  ['', 400],
  ['afterDate=2026-01-01', 400],
  [`${YEAR}&interval=fortnight`, 400],
  ['afterDate=soon&beforeDate=2027-01-01', 400],
])('refuses %j with %i', async (query, status) => expect((await usage(query)).status).toBe(status));

it('knows no workspace that there is not', async () => expect((await usage(YEAR, 'nowhere')).status).toBe(404));
