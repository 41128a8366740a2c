/** The list of runs against the engine's: differences are planted, and the comparison mends them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReconcileRuns, startReconcilingRuns } from '../../api/runs/reconcile-runs';
import { startRunsConsumer } from '../../api/runs/runs-consumer';
import { sqliteRunIndex } from '../../shared/drivers/run-index/sqlite';
import { openDatabase } from '../../shared/drivers/sqlite/database';
import type { EngineRun } from '../../shared/ports/run-operations';
import type { PositionedNote, RunIndex, RunNotes } from '../../shared/ports/run-index';
import { aNote, facts, parked } from '../../shared/testing/contracts/run-index';
import { fakeLog } from '../../shared/testing/fakes/log';
import { fakeRunOperations, type FakeRunOperations } from '../../shared/testing/fakes/run-operations';
import { eventually } from '../support/eventually';

const NOW = 1_000_000;
let now = NOW;
let dir: string;
let db: ReturnType<typeof openDatabase>;
let index: RunIndex;
let operations: FakeRunOperations;
let forgotten: string[];
let position = 0;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  db = openDatabase(join(dir, 'ostinato.db'));
  now = NOW;
  position = 0;
  index = sqliteRunIndex(db, () => now);
  operations = fakeRunOperations();
  forgotten = [];
});
afterEach(async () => {
  await db.close();
  await rm(dir, { recursive: true });
});

const waits = { forget: async (run: string) => void forgotten.push(run) };
const pass = (options = {}) =>
  createReconcileRuns(
    { index, operations, waits, log: fakeLog(), now: () => now },
    { lookBackMs: 10 * NOW, ...options },
  )();
const apply = (...notes: ReturnType<typeof aNote>[]) =>
  index.apply(notes.map((note) => ({ position: ++position, note })));
const engine = (name: string, over: Partial<EngineRun> = {}): void => {
  const run = `acme/hello/${name}`;
  const base = { run, workspaceId: 'acme', engineRunId: 'engine-1', status: 'running', facts: facts() } as const;
  operations.runs.set(run, { ...base, ...over });
};
const status = async (name: string) => (await index.get('acme', `acme/hello/${name}`))?.status;
const later = (ms = 60_000) => void (now += ms);

it('finds nothing to mend where both are equal', async () => {
  await apply(parked({ run: 'acme/hello/1' }), aNote({ run: 'acme/hello/2', status: 'done' }));
  engine('1');
  engine('2', { status: 'done', closedAt: 9_000 });
  later();
  expect(await pass()).toBe(0);
});

it('adds runs that the index has never heard of, open and closed', async () => {
  engine('open');
  engine('closed', { status: 'failed', closedAt: 9_000 });
  expect(await pass()).toBe(2);
  expect(await index.get('acme', 'acme/hello/open')).toMatchObject({ status: 'running', ...facts() });
  expect(await index.get('acme', 'acme/hello/closed')).toMatchObject({ status: 'failed', closedAt: 9_000 });
});

it('ends what the engine has ended past us, and closes its waits', async () => {
  await apply(parked({ run: 'acme/hello/1' }), parked({ run: 'acme/hello/2' }));
  engine('1', { status: 'terminated', closedAt: 9_000 });
  engine('2');
  later();
  expect(await pass()).toBe(1);
  expect([await status('1'), await status('2')]).toEqual(['terminated', 'waiting']);
  expect(forgotten).toEqual(['acme/hello/1']);
});

it('takes the word of the engine for how a run has ended', async () => {
  // Killed between the flush that ends it and the end of its task, then terminated by hand.
  await apply(aNote({ run: 'acme/hello/1', status: 'done' }));
  engine('1', { status: 'terminated', closedAt: 9_000 });
  later();
  expect(await pass()).toBe(1);
  expect(await status('1')).toBe('terminated');
});

it('opens again what a reset has opened', async () => {
  await apply(aNote({ run: 'acme/hello/1', status: 'failed', error: { error: 'E', message: '' } }));
  engine('1', { engineRunId: 'engine-2' });
  later();
  expect(await pass()).toBe(1);
  const found = await index.get('acme', 'acme/hello/1');
  expect(found).toMatchObject({ status: 'running', engineRunId: 'engine-2' });
  expect(found).not.toHaveProperty('error');
});

it('keeps the waits of a run that goes on under another id of the engine', async () => {
  await apply(parked({ run: 'acme/hello/1' }));
  engine('1', { engineRunId: 'engine-2' });
  later();
  expect(await pass()).toBe(1);
  expect(await index.get('acme', 'acme/hello/1')).toMatchObject({ status: 'waiting', waitCount: 1 });
});

it('ends what the engine does not know any more', async () => {
  await apply(parked({ run: 'acme/hello/1' }));
  later();
  expect(await pass()).toBe(1);
  expect(await index.get('acme', 'acme/hello/1')).toMatchObject({ status: 'terminated', error: { error: 'RunLost' } });
});

it('asks about what is only missing in the list, for lists lag behind', async () => {
  await apply(parked({ run: 'acme/hello/1' }));
  engine('1');
  operations.unlisted.add('acme/hello/1');
  later();
  expect(await pass()).toBe(0);
  expect(await status('1')).toBe('waiting');
});

it('leaves young differences to the notes that are on their way', async () => {
  await apply(parked({ run: 'acme/hello/1' }));
  engine('1', { status: 'done', closedAt: NOW });
  engine('2', { facts: facts({ startedAt: NOW }) });
  expect(await pass()).toBe(0);
  later();
  expect(await pass()).toBe(2);
});

it('tells which runs are blocked, and that they are not any more', async () => {
  await apply(parked({ run: 'acme/hello/1' }), parked({ run: 'acme/hello/2' }));
  engine('1');
  engine('2');
  const failing = operations.runs.get('acme/hello/1');
  if (!failing) throw new Error('cannot happen');
  operations.runs.set('acme/hello/1', { ...failing, failingTask: { attempt: 7, since: 5_000, cause: 'a bug' } });
  later();
  expect(await pass()).toBe(1);
  expect(await index.get('acme', 'acme/hello/1')).toMatchObject({
    status: 'blocked',
    waitCount: 2,
    waits: [{ kind: 'blocked', since: 5_000, sentence: 'is blocked: a bug (attempt 7)' }, { kind: 'event' }],
  });
  expect(await pass()).toBe(0);
  operations.runs.set('acme/hello/1', failing);
  expect(await pass()).toBe(1);
  expect(await index.get('acme', 'acme/hello/1')).toMatchObject({ status: 'waiting', waitCount: 1 });
});

it('mends 1,200 differences of every kind at once, and finds none the second time', async () => {
  const kinds = ['missing', 'ended', 'reset', 'lost', 'equal', 'wrong'] as const;
  const planted = Array.from({ length: 1_200 }, (_, n) => ({ name: `${n}`, kind: kinds[n % kinds.length] ?? 'equal' }));
  const noted = planted.filter(({ kind }) => kind !== 'missing');
  await apply(
    ...noted.map(({ name, kind }) => {
      const run = `acme/hello/${name}`;
      return kind === 'reset' || kind === 'wrong' ? aNote({ run, status: 'done' }) : parked({ run });
    }),
  );
  for (const { name, kind } of planted) {
    if (kind === 'lost') continue;
    engine(name, kind === 'ended' || kind === 'wrong' ? { status: 'cancelled', closedAt: 9_000 } : {});
  }
  later();
  expect(await pass()).toBe(1_000);
  for (const { run, status: expected } of operations.runs.values()) {
    const found = (await index.get('acme', run))?.status;
    expect([run, found === 'waiting' ? 'running' : found]).toEqual([run, expected]);
  }
  later();
  expect(await pass()).toBe(0);
}, 60_000);

it('is done again and again, and outlives an engine that is away', async () => {
  const log = fakeLog();
  let asked = 0;
  const away = {
    ...operations,
    async *listOpen() {
      if (asked++ === 0) throw new Error('away');
      yield* operations.listOpen();
    },
  };
  engine('1');
  const comparison = startReconcilingRuns({ index, operations: away, waits, log, now: () => now }, { everyMs: 5 });
  await eventually('it is mended', async () => (await status('1')) === 'running');
  await comparison.stop();
});

it('takes many at once when they come fast', async () => {
  const takes: number[] = [];
  const queue: PositionedNote[] = [];
  let wake = (): void => undefined;
  const notes: RunNotes = {
    read: async () => queue.slice(),
    acknowledge: async (upTo) =>
      void takes.push(queue.splice(0, queue.filter((one) => one.position <= upTo).length).length),
    onAppended: (told) => ((wake = told), () => undefined),
    pending: async () => queue.length,
  };
  const consumer = startRunsConsumer({ notes, index, log: fakeLog() }, { lingerMs: 1, paceMs: 60 });
  const began = performance.now();
  for (let position = 1; performance.now() - began < 200; position++) {
    queue.push({ position, note: parked({ run: `acme/hello/${position}` }) });
    wake();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await eventually('the rest is taken', () => queue.length === 0);
  await consumer.stop();
  expect(takes.length).toBeLessThanOrEqual(2 + (performance.now() - began) / 60);
});

it('is filled in order, and takes what could not be stored again', async () => {
  const queue = [parked({ run: 'acme/hello/1' }), aNote({ run: 'acme/hello/1', status: 'done', start: undefined })].map(
    (note, at) => ({ position: at + 1, note }),
  );
  let wake = (): void => undefined;
  const notes: RunNotes = {
    read: async () => queue.slice(),
    acknowledge: async (upTo) => void queue.splice(0, queue.filter((one) => one.position <= upTo).length),
    onAppended: (told) => ((wake = told), () => undefined),
    pending: async () => queue.length,
  };
  let failures = 1;
  const failing: RunIndex = {
    ...index,
    apply: async (batch) => {
      if (failures-- > 0) throw new Error('the disk is away');
      await index.apply(batch);
    },
  };
  const consumer = startRunsConsumer({ notes, index: failing, log: fakeLog() }, { lingerMs: 1, retryMs: 5 });
  await eventually('all is taken', () => queue.length === 0);
  expect(await status('1')).toBe('done');
  queue.push({ position: 3, note: parked({ run: 'acme/hello/2' }) });
  wake();
  await eventually('the next one too', () => queue.length === 0);
  await consumer.stop();
});
