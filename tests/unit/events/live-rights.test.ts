/** The table of read rights by every path that is live: websocket, resumed websocket, held request. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformEvent } from '../../../client/src';
import { rightsCases } from '../../support/rights-cases';
import { startLiveServer, type LiveServer } from '../../support/live-server';

jest.setTimeout(30_000);

let server: LiveServer;
beforeAll(async () => void (server = await startLiveServer()));
afterAll(() => server.stop());

let rows = 0;

it.each(rightsCases())('$name', async ({ event: { source, ...event }, reader: { topics = [], ...caller }, may }) => {
  const workspaceId = `row-${++rows}`;
  const sent = { ...event, source: { ...source, workspaceId } };
  const expected = may ? [sent] : [];
  server.workspaceIds.add(workspaceId);
  server.users.clear();
  server.users.set('token', caller);
  for (const topic of topics)
    await server.topics.apply({
      ...{ kind: 'join', workspaceId, topic, userIds: [caller.userId ?? ''] },
      ...{ create: true, idempotencyKey: topic },
    });
  const api = server.api('token');
  const { cursor } = await api.waitForEvents(workspaceId, { wait: 0 });
  const held = api.waitForEvents(workspaceId, { wait: 1 });
  const came: PlatformEvent[] = [];
  const live = api.streamEvents(workspaceId);
  live.all((one) => came.push(one));
  await live.ready();
  await server.publish(sent);
  // Answered after all that was sent before.
  await live.updateFilters({});
  expect(came).toEqual(expected);
  live.destroy();

  const resumed = api.streamEvents(workspaceId, {}, { lastEventId: cursor });
  const replayed: PlatformEvent[] = [];
  resumed.all((one) => replayed.push(one));
  await resumed.ready();
  expect(replayed).toEqual(expected);
  resumed.destroy();

  expect((await api.waitForEvents(workspaceId, { wait: 0, afterId: cursor })).events).toEqual(expected);
  // Whoever is not meant waits on: a moment is enough to see it, since everything before came in order.
  const first = await Promise.race([held, sleep(30, { events: [] }, { ref: false })]);
  expect(first.events).toEqual(expected);
});
