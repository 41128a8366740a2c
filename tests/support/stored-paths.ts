/** Paths to stored events, over HTTP. `everything` is in the history of `acme`. */
import type { LiveServer } from './live-server';
import { callerOf, type ReaderRow } from './rights-cases';
import { everything, type RightsPath } from './rights-paths';

/** The reader becomes the user of the token `reader`, a member of its topics in these workspaces and of no other. */
export async function asReader(server: LiveServer, reader: ReaderRow, ...workspaceIds: string[]): Promise<void> {
  server.users.set('reader', callerOf(reader));
  await server.db.write((tx) => tx.run('DELETE FROM user_topic_members'));
  for (const workspaceId of workspaceIds)
    for (const topic of reader.topics ?? [])
      await server.topics.apply({
        ...{ kind: 'join', workspaceId, topic, userIds: [reader.userId ?? ''] },
        ...{ create: true, idempotencyKey: `${workspaceId}/${topic}` },
      });
}

const ids = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);
const types = [...new Set(everything.map(({ type }) => type))].join(',');

export function storedPaths(server: () => LiveServer): readonly RightsPath[] {
  const ask = async (reader: ReaderRow, path: string, body?: unknown) => {
    await asReader(server(), reader, 'acme');
    const answer = await server().ask(`acme/${path}`, 'reader', body);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  };
  const get = async (reader: ReaderRow, query: string) => ids((await ask(reader, `events?${query}`)).result.events);
  const search = async (reader: ReaderRow, body: object) => {
    const { documents, size } = await ask(reader, 'search', body);
    // The count tells nothing of what is not shown.
    expect(size).toBe(documents.length);
    return ids(documents);
  };
  const byPages = async (reader: ReaderRow): Promise<string[]> => {
    const found: string[] = [];
    for (let page = 0; ; page++) {
      const some = await get(reader, `limit=20&page=${page}`);
      found.push(...some);
      if (some.length < 20) return found;
    }
  };
  const wordOf = ({ payload }: { readonly payload: { readonly [key: string]: unknown } | null }): string =>
    String(payload?.['word']);
  const all = { query: { match_all: {} }, limit: 500 };
  return [
    { name: 'GET events', shows: 'all', ask: (reader) => get(reader, 'limit=500') },
    { name: 'GET events, oldest first', shows: 'all', ask: (reader) => get(reader, 'limit=500&sort=asc') },
    { name: 'GET events, page by page', shows: 'all', ask: byPages },
    { name: 'GET events by id', shows: 'one', ask: (reader, { id }) => get(reader, `id=${id}`) },
    {
      name: 'GET events by chain',
      shows: 'one',
      ask: (reader, { source }) => get(reader, `source.correlationId=${source.correlationId}`),
    },
    {
      name: 'GET events by payload',
      shows: 'one',
      ask: (reader, event) => get(reader, `payload.word=${wordOf(event)}`),
    },
    { name: 'GET events by type', shows: 'all', ask: (reader) => get(reader, `limit=500&types=${types}`) },
    { name: 'GET events by text', shows: 'one', ask: (reader, event) => get(reader, `text=${wordOf(event)}`) },
    { name: 'GET events by a common text', shows: 'all', ask: (reader) => get(reader, 'limit=500&text=everywhere') },
    { name: 'POST search', shows: 'all', ask: (reader) => search(reader, all) },
    {
      name: 'POST search by another order',
      shows: 'all',
      ask: (reader) => search(reader, { ...all, sort: ['payload.word'] }),
    },
    {
      name: 'POST search by id',
      shows: 'one',
      ask: (reader, { id }) => search(reader, { query: { ids: { values: [id] } } }),
    },
  ];
}
