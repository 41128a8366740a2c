import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aFlush, anEvent, aSeal, aStart } from '../../testing/builders';
import { openEmbeddedStores, type EmbeddedStores } from '../embedded';

const DAY = 86_400_000;
const big = 'x'.repeat(5_000);
const start = (size = big) => [{ n: 0, now: 1, items: [{ start: aStart({ args: { body: { big: size } } }) }] }];

describe('keeping traces', () => {
  let dir: string;
  let stores: EmbeddedStores;
  let now: number;
  beforeEach(async () => {
    now = Date.now();
    dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
    stores = await openEmbeddedStores(dir, { groups: [], now: () => now, keepTracesMs: 30 * DAY });
  });
  afterEach(async () => {
    await stores.close();
    await rm(dir, { recursive: true });
  });
  const end = { ended: { kind: 'done' } } as const;
  const run = 'acme/hello/1';
  const later = async (days: number) => {
    now += days * DAY;
    await stores.sweep();
  };
  const rows = (table: string) => stores.db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n;

  it('lets the trace of an ended run go, with all that belongs to it', async () => {
    await stores.flushes.apply(aFlush({ turns: start() }));
    await stores.flushes.seal(aSeal());
    await stores.flushes.readContextsOnce(run, 'acme', { global: 'global' });
    await stores.flushes.apply(aFlush({ flush: 1, ...end }));
    await later(29);
    expect(await stores.traces.read(run)).toHaveLength(2);
    await later(2);
    expect(await stores.traces.list({})).toEqual([]);
    for (const table of ['run_flushes', 'run_seals', 'run_contexts', 'trace_blobs', 'trace_blob_refs'])
      expect([table, rows(table)]).toEqual([table, 0]);
  });

  it('keeps that of an open one, however old', async () => {
    await stores.flushes.apply(aFlush({ turns: start() }));
    await later(365);
    expect((await stores.traces.read(run))[0]?.turns).toEqual(start());
  });

  it('keeps that of a run that a reset has opened again, until it ends', async () => {
    await stores.flushes.apply(aFlush(end));
    const again = { engineRunId: 'engine-2', inputsHash: 'h:2' };
    const { gen } = await stores.flushes.apply(aFlush({ ...again, ...end }));
    expect(gen).toBe(1);
    await later(40);
    expect(await stores.traces.list({})).toEqual([run]);
    await stores.flushes.apply(aFlush({ ...again, gen, renew: [], ...end }));
    await later(40);
    expect(await stores.traces.list({})).toEqual([]);
  });

  it('keeps a value that another trace refers to', async () => {
    await stores.flushes.apply(aFlush({ turns: start(), ...end }));
    await stores.flushes.apply(aFlush({ run: 'acme/hello/2', turns: start() }));
    await later(40);
    expect(await stores.traces.list({})).toEqual(['acme/hello/2']);
    expect((await stores.traces.read('acme/hello/2'))[0]?.turns).toEqual(start());
  });

  it('removes many, a few at a time', async () => {
    await Promise.all(
      Array.from({ length: 130 }, (_, i) => stores.flushes.apply(aFlush({ run: `acme/hello/${i}`, ...end }))),
    );
    await later(40);
    expect(rows('run_flushes')).toBe(0);
  });

  describe('and big values', () => {
    const bytes = Buffer.from('a value of a history');
    const files = async () =>
      (await readdir(join(dir, 'blobs'), { recursive: true })).filter((name) => name.length > 2);
    const age = async (days: number) => {
      for (const file of await files()) {
        const at = new Date(Date.now() - days * DAY);
        await utimes(join(dir, 'blobs', file), at, at);
      }
    };

    it('as long as a kept run may name them', async () => {
      const digest = await stores.blobs.put(bytes);
      await age(0.5);
      await stores.flushes.apply(aFlush());
      await later(365);
      expect(await stores.blobs.get(digest)).not.toBeNull();
      await age(400);
      await stores.flushes.apply(aFlush({ flush: 1, ...end }));
      await later(40);
      expect(await stores.blobs.get(digest)).toBeNull();
    });

    it('that are used again begin a new life', async () => {
      const digest = await stores.blobs.put(bytes);
      await age(500);
      now += 2 * DAY;
      await stores.blobs.put(bytes);
      await stores.flushes.apply(
        aFlush({ events: [], turns: [{ n: 0, now, items: [{ event: { waitId: 'w', event: anEvent() } }] }] }),
      );
      await stores.sweep();
      expect(await stores.blobs.get(digest)).not.toBeNull();
    });
  });
});
