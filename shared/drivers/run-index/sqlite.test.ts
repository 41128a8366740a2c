import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunQuery } from '../../ports/run-index';
import { aFlush } from '../../testing/builders';
import { aNote, eventWait, facts, runIndexContract } from '../../testing/contracts/run-index';
import { openEmbeddedStores } from '../embedded';
import { createKeyring } from '../encryption/keyring';
import type { Param } from '../sqlite/connection';
import { openDatabase, type SqliteDatabase } from '../sqlite/database';
import { findPage } from './query';
import { sqliteRunIndex } from './sqlite';

let clock = 0;
async function open() {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  const db = openDatabase(join(dir, 'ostinato.db'));
  return {
    db,
    index: sqliteRunIndex(db, () => clock),
    at: (ms: number) => void (clock = ms),
    async close() {
      await db.close();
      await rm(dir, { recursive: true });
    },
  };
}

runIndexContract('sqlite', open);

describe('how pages are found', () => {
  const statuses = ['running', 'waiting', 'done', 'failed'] as const;
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open();
    const notes = Array.from({ length: 6_000 }, (_, n) => {
      const status = statuses[n % 4] ?? 'done';
      const start = facts({
        ...{ startedAt: 1_000 + n, automation: `a${n % 3}`, correlationId: `c${n % 2_000}`, userId: `u${n % 2}` },
        ...{ release: `r:${n % 2}`, trigger: { type: 'event', value: `e${n % 3}` } },
      });
      const error = status === 'failed' ? { error: { error: `E${n % 2}`, message: '' } } : {};
      const waits = status === 'waiting' ? { waits: [eventWait({ since: n })], waitCount: 1 } : {};
      return { position: n + 1, note: aNote({ run: `acme/hello/${n}`, start, status, at: 9_000, ...error, ...waits }) };
    });
    await opened.index.apply(notes);
  }, 60_000);
  afterAll(() => opened.close());

  /** Statements of one search, with SQLite's plan of each. */
  function plansOf(query: Partial<RunQuery>): { sql: string; plan: string }[] {
    const plans: { sql: string; plan: string }[] = [];
    const note = (db: SqliteDatabase, sql: string, params: readonly Param[] = []) => {
      const rows = db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params);
      plans.push({ sql, plan: rows.map(({ detail }) => detail).join('; ') });
    };
    const spied = {
      get: <Row>(sql: string, params?: readonly Param[]) => (
        note(opened.db, sql, params),
        opened.db.get<Row>(sql, params)
      ),
      all: <Row>(sql: string, params?: readonly Param[]) => (
        note(opened.db, sql, params),
        opened.db.all<Row>(sql, params)
      ),
    };
    findPage(spied, 'acme', { sort: 'started', limit: 50, ...query });
    return plans;
  }
  const pagePlans = (query: Partial<RunQuery>) =>
    plansOf(query)
      .filter(({ sql }) => sql.includes('ORDER BY'))
      .map(({ plan }) => plan);

  it.each<[Partial<RunQuery>, string]>([
    [{}, 'r USING PRIMARY KEY (workspace=?)'],
    [{ status: ['waiting'] }, 'run_index_status (workspace=? AND status=?)'],
    [{ status: ['waiting', 'done'] }, 'run_index_status (workspace=? AND status=?)'],
    [{ automation: ['a1'] }, 'run_index_automation (workspace=? AND automation=?)'],
    [{ correlationId: 'c1' }, 'run_index_correlation (workspace=? AND correlation=?)'],
    [{ userId: 'u1' }, 'run_index_user (workspace=? AND user=?)'],
    [{ release: 'r:1' }, 'run_index_release (workspace=? AND release=?)'],
    [{ error: 'E1' }, 'run_index_error (workspace=? AND error=?)'],
    [{ trigger: 'event:e1' }, 'run_index_trigger (workspace=? AND trigger=?)'],
    [{ startedFrom: 1_100, startedTo: 1_200 }, 'PRIMARY KEY (workspace=? AND started_at>? AND started_at<?)'],
    [{ status: ['done'], startedFrom: 1_100 }, 'run_index_status (workspace=? AND status=? AND started_at>?)'],
    [{ waitsFor: 'order.paid' }, 'PRIMARY KEY (workspace=? AND waits_for=?)'],
    [{ sort: 'waiting' }, 'run_index_waiting (workspace=? AND waiting_since>?)'],
    [{ sort: 'duration' }, 'run_index_duration (workspace=? AND duration>?)'],
    // Not the first filter leads, but the one that leaves the fewest.
    [{ status: ['done'], correlationId: 'c2' }, 'run_index_correlation (workspace=? AND correlation=?)'],
  ])('%j by its index, never sorted', (query, index) => {
    for (const plan of pagePlans(query)) {
      expect(plan).toContain(index);
      expect(plan).not.toContain('TEMP B-TREE');
      expect(plan).not.toContain('SCAN');
    }
  });

  it('filters that each leave many are read in order, and nothing is looked up', () => {
    const [plan] = pagePlans({ sort: 'duration', userId: 'u1', release: 'r:0' });
    expect(plan).toContain('COVERING INDEX run_index_duration');
    const [byDate] = pagePlans({ userId: 'u1', release: 'r:0' });
    expect(byDate).toContain('PRIMARY KEY');
  });

  it.each<Partial<RunQuery>>([
    { waitsFor: 'order.paid' },
    { waitingBefore: 2_000 },
    { status: ['waiting', 'running'] },
  ])('by duration there is nothing that waits, and nobody looks for it: %j', (query) =>
    expect(pagePlans({ ...query, sort: 'duration' })).toEqual([]),
  );

  it('no statement of a search goes through everything', () => {
    const query = { status: ['done', 'failed'], userId: 'u0', automation: ['a0', 'a1'], waitsFor: 'x' } as const;
    for (const { plan } of plansOf(query)) expect(plan).not.toMatch(/SCAN (r|w|run_index)/);
  });
});

it('gets a note of each flush, in its transaction: acknowledged ones go, others are there after a crash', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  const stores = await openEmbeddedStores(dir, { groups: [] });
  const woken = jest.fn();
  const forget = stores.runNotes.onAppended(woken);
  const note = { waits: [eventWait()], waitCount: 1 };
  await stores.flushes.apply(aFlush({ note }));
  // A repetition is no flush.
  await stores.flushes.apply(aFlush({ note }));
  await stores.flushes.apply(
    aFlush({ flush: 1, ended: { kind: 'done' }, answer: [{ end: { status: 200, output: 1 } }] }),
  );
  expect(woken).toHaveBeenCalledTimes(2);
  forget();
  const notes = await stores.runNotes.read(10);
  expect(notes.map(({ note: { status, output } }) => [status, output])).toEqual([
    ['waiting', undefined],
    ['done', 1],
  ]);
  await stores.runNotes.acknowledge(notes[0]?.position ?? 0);
  // At once, although they are deleted with the next commit.
  expect((await stores.runNotes.read(10)).map(({ note: { status } }) => status)).toEqual(['done']);
  expect(await stores.runNotes.pending()).toBe(1);
  await stores.close();
  const again = await openEmbeddedStores(dir, { groups: [] });
  expect((await again.runNotes.read(10)).map(({ note: { status } }) => status)).toEqual(['done']);
  expect(await again.runNotes.pending()).toBe(1);
  // Another timeline that comes to the same flush has opened its waits again: the list is told.
  await again.flushes.apply(aFlush({ engineRunId: 'engine-2', note }));
  expect((await again.runNotes.read(10)).at(-1)?.note).toMatchObject({ status: 'waiting', engineRunId: 'engine-2' });
  await again.close();
  await rm(dir, { recursive: true });
});

it('hides secrets in notes, and names outputs that are large', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  const secrets = { secretsOf: () => ['hush'], keyring: createKeyring([Buffer.alloc(32)]) };
  const stores = await openEmbeddedStores(dir, { groups: [], secrets });
  const output = { said: `hush ${'x'.repeat(9_000)}` };
  const note = { waits: [eventWait({ sentence: 'waits for hush' })], waitCount: 1 };
  await stores.flushes.apply(aFlush({ note, answer: [{ end: { status: 200, output } }] }));
  const text = JSON.stringify(await stores.runNotes.read(1));
  expect(text).not.toContain('hush');
  expect(text).toContain('waits for REDACTED');
  expect(JSON.parse(text)).toMatchObject([
    { note: { output: { bytes: expect.any(Number), preview: expect.any(String) } } },
  ]);
  await stores.close();
  await rm(dir, { recursive: true });
});
