import { setTimeout as sleep } from 'node:timers/promises';
import { fakePermissions } from '../../../shared/testing/fakes/access';
import { Readers, type ReadersDependencies } from './readers';

const caller = { userId: 'u', sessionId: 's', correlationId: 'c' };
const CHECK_MS = 10;

function start(apiKeys?: ReadersDependencies['apiKeys']) {
  const known = { topics: ['a'], role: 'editor' as string | null, isThere: true };
  const down = { topics: false, roles: false, identity: false };
  const refuse = (isDown: boolean): void => {
    if (isDown) throw new Error('not now');
  };
  const readers = new Readers({
    checkEveryMs: CHECK_MS,
    workspaces: { has: () => true },
    permissions: fakePermissions(),
    identity: { current: async () => (refuse(down.identity), known.isThere ? { userId: 'u', sessionId: 's' } : null) },
    roles: { roleOf: async () => (refuse(down.roles), known.role) },
    topics: { topicsOf: async () => (refuse(down.topics), known.topics) },
    ...(apiKeys && { apiKeys }),
  });
  open.push(readers);
  return { readers, known, down };
}
const open: Readers[] = [];
afterEach(() => open.splice(0).forEach((readers) => readers.close()));

it('knows role and topics from the first moment, and one reader for all connections of a session', async () => {
  const { readers } = start();
  const [one, other] = await Promise.all([readers.enter('acme', caller), readers.enter('acme', caller)]);
  expect(one.reader).toEqual({ userId: 'u', sessionId: 's', role: 'editor', topics: new Set(['a']) });
  expect(other.reader).toBe(one.reader);
});

it('believes no role that the caller claims', async () => {
  const { readers, known } = start();
  known.role = null;
  expect((await readers.enter('acme', { ...caller, role: 'owner' })).reader.role).toBeUndefined();
});

it('lets nobody in whose rights cannot be read, and takes nothing from those who are in', async () => {
  const { readers, down } = start();
  const watched = await readers.enter('acme', caller);
  const ended = jest.fn();
  watched.onEnded(ended);
  Object.assign(down, { roles: true, identity: true });
  await sleep(3 * CHECK_MS);
  await expect(readers.enter('acme', caller)).rejects.toThrow('not now');
  expect(watched.reader.role).toBe('editor');
  expect(ended).not.toHaveBeenCalled();
});

it('reads topics later that could not be read when they were joined', async () => {
  const { readers, known, down } = start();
  const watched = await readers.enter('acme', caller);
  const changed = new Promise<void>((resolve) => void watched.onChanged(resolve));
  known.topics = ['a', 'b'];
  down.topics = true;
  await expect(readers.topicsJoined('acme', 'u')).rejects.toThrow('not now');
  await sleep(3 * CHECK_MS);
  expect(watched.reader.topics).toEqual(new Set(['a']));
  down.topics = false;
  await changed;
  expect(watched.reader.topics).toEqual(new Set(['a', 'b']));
});

it('tells also those of the end who ask after it', async () => {
  const { readers, known } = start();
  const watched = await readers.enter('acme', caller);
  known.isThere = false;
  await sleep(5 * CHECK_MS);
  expect(await new Promise((resolve) => void watched.onEnded(resolve))).toBe('The session has ended');
});

it('ends whose API key gives something else, and leaves them in while keys cannot be asked for', async () => {
  const keys: { gives: string | null; down: boolean } = { gives: 'a', down: false };
  const { readers } = start({
    async givesNow() {
      if (keys.down) throw new Error('not now');
      return keys.gives;
    },
  });
  const withKey = { correlationId: 'c', apiKeyId: 'k' };
  const watched = await readers.enter('acme', withKey);
  const ended = jest.fn();
  watched.onEnded(ended);
  keys.down = true;
  await sleep(3 * CHECK_MS);
  expect(ended).not.toHaveBeenCalled();
  Object.assign(keys, { down: false, gives: 'b' });
  // Comes before the end of the first has been seen: it is not ended with it.
  const next = await readers.enter('acme', withKey);
  const nextEnded = jest.fn();
  next.onEnded(nextEnded);
  await sleep(5 * CHECK_MS);
  expect([ended.mock.calls, nextEnded.mock.calls]).toEqual([[['The API key has been changed or revoked']], []]);
  keys.gives = null;
  await expect(readers.enter('acme', withKey)).rejects.toThrow('changed or revoked');
});
