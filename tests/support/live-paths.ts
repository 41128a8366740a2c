/** Paths by which events come by themselves. `everything` came to `acme` after `start`, and has left the log since. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api, ApiOptions, EventFilters } from '../../client/src';
import { eventually } from './eventually';
import type { LiveServer } from './live-server';
import type { ReaderRow } from './rights-cases';
import { everything, type RightsPath } from './rights-paths';
import { asReader } from './stored-paths';

/** What a moment later has still not come is not coming: everything is handed on in one order. */
const MOMENT_MS = 30;
const HELD_S = 1;

let asked = 0;

export function livePaths(server: () => LiveServer, start: () => string): readonly RightsPath[] {
  /** A workspace that nothing has happened in. */
  const fresh = async (reader: ReaderRow): Promise<string> => {
    const workspaceId = `asked-${++asked}`;
    server().workspaceIds.add(workspaceId);
    await asReader(server(), reader, workspaceId);
    return workspaceId;
  };
  const happens = (workspaceId: string): Promise<void> =>
    server().publish(
      ...everything.map((event) => ({
        ...event,
        id: `${event.id}@${workspaceId}`,
        source: { ...event.source, workspaceId },
      })),
    );
  const api = (options?: Partial<ApiOptions>): Api => server().api('reader', options);
  const rowOf = ({ id }: { readonly id: string }): string => id.split('@')[0] ?? '';

  /** What a websocket gets; `during`: once it is subscribed. */
  async function streamed(
    workspaceId: string,
    options: { filters?: EventFilters; lastEventId?: string; client?: Api; during?: () => Promise<void> },
  ): Promise<readonly string[]> {
    const { filters = {}, lastEventId, client = api(), during } = options;
    const stream = client.streamEvents(workspaceId, filters, { lastEventId });
    try {
      const came: string[] = [];
      stream.all((event) => came.push(rowOf(event)));
      await stream.ready();
      await during?.();
      // Answered after all that was sent before.
      await stream.updateFilters(filters);
      return came;
    } finally {
      stream.destroy();
    }
  }
  const live = (options: (event: (typeof everything)[number]) => Parameters<typeof streamed>[1]): RightsPath['ask'] =>
    async function askLive(reader, event) {
      const workspaceId = await fresh(reader);
      return streamed(workspaceId, { ...options(event), during: () => happens(workspaceId) });
    };

  /** Everything after a cursor by held requests, until there is nothing more. */
  async function polled(workspaceId: string, cursor: string): Promise<string[]> {
    const found: string[] = [];
    for (let afterId = cursor; ;) {
      const page = await api().waitForEvents(workspaceId, { wait: 0, afterId, limit: 20 });
      if (page.events.length === 0) return found;
      found.push(...page.events.map(rowOf));
      afterId = page.cursor;
    }
  }

  return [
    { name: 'websocket', shows: 'all', ask: live(() => ({})) },
    {
      name: "websocket by Socket.IO's polling",
      shows: 'all',
      ask: live(() => ({ client: api({ websockets: { transports: ['polling'] } }) })),
    },
    {
      name: 'websocket with a filter on the payload',
      shows: 'one',
      ask: live(({ payload }) => ({ filters: { payloadQuery: { 'payload.word': String(payload?.['word']) } } })),
    },
    {
      name: 'websocket with a text',
      shows: 'all',
      ask: live(() => ({ filters: { text: 'everywhere' } })),
    },
    {
      name: 'websocket of somebody who is the owner no more',
      shows: 'all',
      async ask(reader) {
        const workspaceId = await fresh(reader);
        const user = server().users.get('reader') ?? {};
        // Nobody whose session is not known can lose anything.
        if (user.userId === undefined && user.sessionId === undefined)
          return streamed(workspaceId, { during: () => happens(workspaceId) });
        server().users.set('reader', { ...user, role: 'owner' });
        return streamed(workspaceId, {
          async during() {
            server().users.set('reader', user);
            await sleep(4 * server().checkEveryMs);
            await happens(workspaceId);
          },
        });
      },
    },
    {
      name: 'websocket that is resumed from the log',
      shows: 'all',
      async ask(reader) {
        const workspaceId = await fresh(reader);
        const { cursor } = await api().waitForEvents(workspaceId, { wait: 0 });
        await happens(workspaceId);
        return streamed(workspaceId, { lastEventId: cursor });
      },
    },
    {
      name: 'websocket that is resumed from the history',
      shows: 'all',
      async ask(reader) {
        await asReader(server(), reader, 'acme');
        return streamed('acme', { lastEventId: start() });
      },
    },
    {
      name: 'held request',
      shows: 'all',
      async ask(reader) {
        const workspaceId = await fresh(reader);
        const { cursor } = await api().waitForEvents(workspaceId, { wait: 0 });
        const before = server().live.hub.size;
        const held = api().waitForEvents(workspaceId, { wait: HELD_S, afterId: cursor, limit: 500 });
        await eventually('it is held', () => server().live.hub.size > before, { everyMs: 2 });
        await happens(workspaceId);
        const first = await Promise.race([held, sleep(MOMENT_MS, { events: [], cursor }, { ref: false })]);
        return [...first.events.map(rowOf), ...(await polled(workspaceId, first.cursor))];
      },
    },
    {
      name: 'GET events after a cursor, from the log',
      shows: 'all',
      async ask(reader) {
        const workspaceId = await fresh(reader);
        const { cursor } = await api().waitForEvents(workspaceId, { wait: 0 });
        await happens(workspaceId);
        return polled(workspaceId, cursor);
      },
    },
    {
      name: 'GET events after a cursor, from the history',
      shows: 'all',
      async ask(reader) {
        await asReader(server(), reader, 'acme');
        return polled('acme', start());
      },
    },
  ];
}
