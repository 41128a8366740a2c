import { PassThrough } from 'node:stream';
import { fail } from '../../shared/core/errors/errors';
import type { StreamCursor } from '../../shared/core/run/types';
import { sessionLimits, startOfStream, StreamSession, type SessionLimits } from './stream-session';
import { StreamSessions } from './stream-sessions';

const never = new AbortController().signal;
const describeError = (error: unknown) => fail('FetchError', String(error));
const turnOver = () => new Promise((resolve) => setImmediate(resolve));

function session(from?: StreamCursor, limits: Partial<SessionLimits> = {}) {
  const body = new PassThrough();
  const made = new StreamSession(body, from, describeError, { ...sessionLimits, ...limits });
  const send = async (...packets: readonly string[]): Promise<void> => {
    for (const packet of packets) {
      body.write(packet);
      await turnOver();
    }
  };
  return { body, made, send, read: (cursor = startOfStream) => made.read(cursor, never) };
}

const indexes = ({ chunks }: { chunks: readonly unknown[] }) => chunks.map((one) => (one as { index: number }).index);

it('gives what has come together, and waits when nothing has', async () => {
  const { read, send, body } = session();
  await send('data: a\n\n', 'data: b\n\n');
  const first = await read();
  expect(indexes(first)).toEqual([0, 1]);
  const waiting = read(first.cursor);
  await send('data: c\n\n');
  const second = await waiting;
  expect([indexes(second), second.end]).toEqual([[2], undefined]);
  body.end();
  expect(await read(second.cursor)).toMatchObject({ chunks: [], end: true });
});

it('gives the same again until a later reading shows that it arrived', async () => {
  const { read, send } = session();
  await send('data: a\n\n');
  const first = await read();
  await send('data: b\n\n');
  expect(indexes(await read())).toEqual([0, 1]);
  expect(indexes(await read(first.cursor))).toEqual([1]);
  expect(await read()).toEqual({ chunks: [], lost: true });
});

it('limits a batch by pieces and by bytes, but gives one at least', async () => {
  const few = session(undefined, { batchChunks: 2 });
  await few.send('data: a\n', 'data: b\n', 'data: c\n');
  expect(indexes(await few.read())).toEqual([0, 1]);
  const small = session(undefined, { batchBytes: 3 });
  await small.send('data: a\n', 'data: b\n');
  expect(indexes(await small.read())).toEqual([0]);
});

it('reads no further ahead than it may, and goes on when the run has caught up', async () => {
  const { read, send, body } = session(undefined, { aheadBytes: 16 });
  await send('data: a\n', 'data: b\n', 'data: c\n');
  expect(body.isPaused()).toBe(true);
  const first = await read();
  expect(indexes(first)).toEqual([0, 1]);
  const second = await read(first.cursor);
  expect([indexes(second), body.isPaused()]).toEqual([[2], false]);
});

it('goes on behind what was read, when the source repeats it in other packets', async () => {
  const before = session();
  await before.send('event: e\n', 'data: a\n\n', 'data: b\n\n', 'event: f\n');
  const { cursor } = await before.read();
  const after = session(cursor);
  await after.send('event: e\ndata: a\n', '\ndata: b\n\nevent: f\nda', 'ta: c\n');
  after.body.end();
  const { chunks } = await after.read(cursor);
  expect(chunks).toEqual([{ index: 2, chunk: { data: ['c'], event: 'f' } }]);
});

it.each([
  ['says something else', ['data: x\n\n', 'data: b\n\n']],
  ['says less', ['data: a\n']],
])('is an error when the source %s', async (_how, packets) => {
  const before = session();
  await before.send('data: a\n\n', 'data: b\n\n');
  const { cursor } = await before.read();
  const after = session(cursor);
  await after.send(...packets);
  after.body.end();
  expect(await after.read(cursor)).toMatchObject({
    chunks: [],
    end: true,
    error: { error: 'FetchError', message: expect.stringContaining('does not say the same again') },
  });
});

it('tells of a failure behind the pieces', async () => {
  const { read, send, body } = session();
  await send('data: a\n\n');
  body.destroy(new Error('reset'));
  await turnOver();
  expect(await read()).toMatchObject({ end: true, error: { error: 'FetchError', message: 'Error: reset' } });
});

it.each(['data: 0123456789', 'x\n\n'.repeat(4)])(
  'refuses a source that says nothing for too long: %j',
  async (text) => {
    const { read, send, body } = session(undefined, { lineBytes: 10 });
    await send(text);
    expect(await read()).toMatchObject({ end: true, error: { message: 'The stream says nothing in 10 bytes' } });
    expect(body.destroyed).toBe(true);
  },
);

it('ends a reading that waits when it is closed or given up', async () => {
  const { made, read, body } = session();
  const waiting = read();
  made.close();
  expect(await waiting).toEqual({ chunks: [], lost: true });
  expect(body.destroyed).toBe(true);
  const abandoned = new AbortController();
  const other = session().made.read(startOfStream, abandoned.signal);
  abandoned.abort(new Error('enough'));
  await expect(other).rejects.toThrow('enough');
});

it('lets streams go that nobody reads', async () => {
  const sessions = new StreamSessions(20);
  const { made, body } = session();
  sessions.add('key', made);
  expect(sessions.get('key')).toBe(made);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect([sessions.size, sessions.get('key'), body.destroyed]).toEqual([0, undefined, true]);
});

it('holds none any more when the process is about to end', async () => {
  const sessions = new StreamSessions();
  const [first, late] = [session(), session()];
  sessions.add('first', first.made);
  sessions.closeAll();
  sessions.add('late', late.made);
  expect([sessions.size, first.body.destroyed, late.body.destroyed]).toEqual([0, true, true]);
  expect(await late.read()).toEqual({ chunks: [], lost: true });
});
