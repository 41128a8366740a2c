import type { FlushStore, TraceStore } from '../../ports/flush-store';
import type { Broker } from '../../ports/broker';
import type { ContextStore } from '../../ports/context-store';
import type { WaitStore } from '../../ports/wait-store';
import { aFlush, anEvent, anOutEvent, aPatch, aSeal, aStart, aWait } from '../builders';

export interface RunStores {
  readonly flushes: FlushStore;
  readonly traces: TraceStore;
  readonly waits: WaitStore;
  readonly contexts: ContextStore;
  readonly broker: Broker;
}

export interface OpenRunStores extends RunStores {
  /** The same stores, opened again by another process. */
  reopen(): Promise<OpenRunStores>;
  close(): Promise<void>;
}

const run = 'acme/hello/1';
const other = { engineRunId: 'engine-2' };

export function flushStoreContract(driver: string, open: () => Promise<OpenRunStores>): void {
  describe(`FlushStore: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let stores: OpenRunStores;
    beforeEach(async () => void (stores = await open()));
    afterEach(() => stores.close());
    const seen = async (): Promise<string[]> => {
      const ids: string[] = [];
      const consumer = await stores.broker.consume('audit', async (batch) => {
        for (const { event } of batch) ids.push(event.id);
      });
      await until(async () => (await stores.broker.pending()).find(({ group }) => group === 'audit')?.pending === 0);
      await consumer.stop();
      return ids;
    };

    describe('flush', () => {
      it('stores trace, waits, events and patches, and says where they are', async () => {
        const [before, after] = [anOutEvent(), anOutEvent()];
        const answer = await stores.flushes.apply(
          aFlush({ events: [before, after], waits: [{ open: aWait() }], patches: [aPatch()] }),
        );
        expect(answer).toMatchObject({ first: true, gen: 0, turns: [{ n: 0, now: 1_000, items: 1 }] });
        expect(answer.events.map(([id]) => id)).toEqual([before.id, after.id]);
        expect(answer.contexts).toEqual({ global: 1 });
        expect(await seen()).toEqual([before.id, after.id]);
        expect(await stores.waits.listening(anEvent({ type: 'order.paid', payload: { id: 7 } }))).toHaveLength(1);
        const [record] = await stores.traces.read(run);
        expect(record?.out.events.map(([id]) => id)).toEqual([before.id, after.id]);
        expect(record?.turns).toEqual(aFlush().turns);
      });

      it('registers waits before it appends events, so that no event of the flush itself is missed', async () => {
        const answer = await stores.flushes.apply(aFlush({ events: [anOutEvent()], waits: [{ open: aWait() }] }));
        const [, from] = answer.waits[0] ?? [];
        const [, position] = answer.events[0] ?? [];
        expect(from !== undefined && position !== undefined && from < position).toBe(true);
      });

      it('keeps the product-only origin out of the event that consumers see', async () => {
        await stores.flushes.apply(aFlush({ events: [anOutEvent()] }));
        const deliveries: object[] = [];
        const consumer = await stores.broker.consume('audit', async ([delivery]) => {
          if (delivery) deliveries.push(delivery);
        });
        await until(async () => deliveries.length === 1);
        await consumer.stop();
        expect(deliveries[0]).toMatchObject({ origin: { run, gen: 0, turn: 0, ordinal: 0 } });
        expect((deliveries[0] as { event: object }).event).not.toHaveProperty('origin');
      });

      it('answers a repeated flush from what is stored, with another clock and other outputs too', async () => {
        const event = anOutEvent();
        const first = await stores.flushes.apply(aFlush({ events: [event], patches: [aPatch()] }));
        const again = await stores.flushes.apply(
          aFlush({
            turns: [{ n: 0, now: 9_999, items: [] }],
            inputsHash: 'h:2',
            events: [anOutEvent()],
            patches: [aPatch()],
          }),
        );
        expect(again).toEqual({ ...first, first: false });
        expect(await seen()).toEqual([event.id]);
        expect((await stores.contexts.read('acme', { global: 'global' })).global?.version).toBe(1);
      });

      it('lets the first of two win that race, and gives both the same', async () => {
        const [a, b] = await Promise.all([
          stores.flushes.apply(aFlush({ events: [anOutEvent({ id: 'race' })], inputsHash: 'h:1' })),
          stores.flushes.apply(aFlush({ events: [anOutEvent({ id: 'race' })], inputsHash: 'h:2' })),
        ]);
        expect([a.first, b.first].sort()).toEqual([false, true]);
        expect({ ...a, first: true }).toEqual({ ...b, first: true });
        expect(await seen()).toEqual(['race']);
      });

      it('drops events whose id the log knows', async () => {
        const [known] = await stores.broker.append([{ event: anEvent({ id: 'known' }) }]);
        const answer = await stores.flushes.apply(
          aFlush({ events: [anOutEvent({ id: 'known' }), anOutEvent({ id: 'new' })] }),
        );
        expect(answer.events[0]).toEqual(['known', known?.position]);
        expect(await seen()).toEqual(['known', 'new']);
      });

      it('keeps everything for the next start', async () => {
        const first = await stores.flushes.apply(
          aFlush({ waits: [{ open: aWait() }], events: [anOutEvent({ id: 'kept' })], patches: [aPatch()] }),
        );
        stores = await stores.reopen();
        expect(await stores.flushes.apply(aFlush())).toEqual({ ...first, first: false });
        expect(await stores.waits.listening(anEvent({ type: 'order.paid', payload: { id: 7 } }))).toEqual([
          { ...aWait(), run, fromPosition: first.waits[0]?.[1] },
        ]);
        expect((await stores.contexts.read('acme', { global: 'global' })).global?.value).toEqual({ a: 1 });
      });

      it('gives back the parts of an answer, also after a restart', async () => {
        await stores.flushes.apply(aFlush({ answer: [{ head: { status: 200 } }, { chunk: 'a' }] }));
        await stores.flushes.apply(aFlush({ flush: 1, answer: [{ end: { status: 200, output: { ok: true } } }] }));
        stores = await stores.reopen();
        expect(await stores.traces.answer(run)).toEqual([
          { head: { status: 200 } },
          { chunk: 'a' },
          { end: { status: 200, output: { ok: true } } },
        ]);
        expect(await stores.traces.answer('acme/hello/unknown')).toEqual([]);
      });

      it('closes every wait of a run that has ended', async () => {
        await stores.flushes.apply(aFlush({ waits: [{ open: aWait() }, { open: aWait({ id: 'w:2' }) }] }));
        await stores.flushes.apply(aFlush({ flush: 1, ended: { kind: 'cancelled' } }));
        expect(await stores.waits.count()).toBe(0);
        expect(await stores.waits.ofRun(run)).toEqual([]);
      });
    });

    describe('trace', () => {
      const big = 'x'.repeat(5_000);

      it('gives big values back as they came in', async () => {
        const event = anEvent({ payload: { big } });
        const items = [
          { start: aStart({ args: { body: { big } } }) },
          { event: { waitId: 'w:1', event } },
          { result: { commandId: 'c:1', outcome: { ok: [big] }, attempts: 1, ms: 5 } },
        ];
        await stores.flushes.apply(aFlush({ turns: [{ n: 0, now: 1, items }] }));
        expect((await stores.traces.read(run))[0]?.turns[0]?.items).toEqual(items);
      });

      it('is not fooled by values that look like its own references', async () => {
        const items = [{ start: aStart({ args: { body: { $blob: 'b:00' }, big } }) }];
        await stores.flushes.apply(aFlush({ turns: [{ n: 0, now: 1, items }] }));
        expect((await stores.traces.read(run))[0]?.turns[0]?.items).toEqual(items);
      });

      it('is read from a flush on, and listed by workspace, newest first', async () => {
        await stores.flushes.apply(aFlush());
        await stores.flushes.apply(aFlush({ flush: 1 }));
        await stores.flushes.apply(aFlush({ run: 'acme/hello/2' }));
        await stores.flushes.apply(aFlush({ run: 'beta/hello/3', workspaceId: 'beta' }));
        expect((await stores.traces.read(run, 1)).map(({ flush }) => flush)).toEqual([1]);
        expect(await stores.traces.list({ workspaceId: 'acme' })).toEqual(['acme/hello/2', run]);
        expect(await stores.traces.list({ limit: 1 })).toEqual(['beta/hello/3']);
      });
    });

    describe('seal', () => {
      it('keeps the first composition of a turn and gives it to whoever asks again', async () => {
        const first = await stores.flushes.seal(aSeal());
        expect(first).toEqual({ gen: 0, n: 1, now: 2_000, items: ['t:w:1'], contexts: {} });
        expect(await stores.flushes.seal(aSeal({ now: 9_000, items: ['e:w:1/x', 't:w:1'] }))).toEqual(first);
        stores = await stores.reopen();
        expect(await stores.flushes.seal(aSeal({ now: 9_500 }))).toEqual(first);
      });

      it('lets the first of two win that race, and gives both the same', async () => {
        const [a, b] = await Promise.all([stores.flushes.seal(aSeal()), stores.flushes.seal(aSeal({ now: 3_000 }))]);
        expect(a).toEqual(b);
      });

      it('brings the contexts that have changed, and the same ones to a repetition', async () => {
        await stores.flushes.apply(aFlush({ patches: [aPatch(), aPatch({ context: 'user', owner: 'u1' })] }));
        const held = { global: { owner: 'global', version: 0 }, user: { owner: 'u1', version: 1 } };
        const first = await stores.flushes.seal(aSeal({ contexts: held }));
        expect(first.contexts).toEqual({ global: { owner: 'global', version: 1, value: { a: 1 } } });
        await stores.flushes.apply(aFlush({ flush: 1, patches: [aPatch({ value: 2 })] }));
        expect(await stores.flushes.seal(aSeal({ contexts: held }))).toEqual(first);
      });

      it('keeps the role that was first known, also that there was none', async () => {
        expect(await stores.flushes.seal(aSeal({ role: null }))).toMatchObject({ role: null });
        expect(await stores.flushes.seal(aSeal({ role: 'agent' }))).toMatchObject({ role: null });
        expect(await stores.flushes.seal(aSeal({ n: 2, role: 'agent' }))).toMatchObject({ role: 'agent' });
        expect(await stores.flushes.seal(aSeal({ n: 3 }))).not.toHaveProperty('role');
      });

      it('treats what the predecessor in a continued chain sealed as its own', async () => {
        const first = await stores.flushes.seal(aSeal());
        const next = aSeal({ ...other, continuedFrom: 'engine-1', now: 5_000 });
        expect(await stores.flushes.seal(next)).toEqual(first);
      });

      it('gives an engine run that finds a foreign seal a generation of its own, and the same one each time', async () => {
        await stores.flushes.seal(aSeal());
        const reset = await stores.flushes.seal(aSeal({ ...other, now: 5_000 }));
        expect(reset).toMatchObject({ gen: 1, n: 1, now: 5_000 });
        expect(await stores.flushes.seal(aSeal({ ...other, now: 6_000 }))).toEqual(reset);
        stores = await stores.reopen();
        expect(await stores.flushes.seal(aSeal({ ...other, now: 7_000 }))).toEqual(reset);
        expect(await stores.flushes.seal(aSeal({ engineRunId: 'engine-3', now: 8_000 }))).toMatchObject({ gen: 2 });
        expect(await stores.flushes.seal(aSeal({ now: 8_000 }))).toMatchObject({ gen: 0, now: 2_000 });
      });

      it('knows generations that only flushes know', async () => {
        await stores.flushes.apply(aFlush({ gen: 4, flush: 1 }));
        await stores.flushes.seal(aSeal());
        expect(await stores.flushes.seal(aSeal(other))).toMatchObject({ gen: 5 });
      });
    });

    describe('after a reset', () => {
      it('answers a flush with the same inputs from the store and opens its waits again', async () => {
        const first = await stores.flushes.apply(
          aFlush({ waits: [{ open: aWait() }], events: [anOutEvent({ id: 'once' })] }),
        );
        await stores.flushes.apply(aFlush({ flush: 1, waits: [{ close: 'w:1' }] }));
        expect(await stores.waits.count()).toBe(0);
        const again = await stores.flushes.apply(aFlush({ ...other, waits: [{ open: aWait() }] }));
        expect(again).toEqual({ ...first, first: false });
        expect(await stores.waits.ofRun(run)).toEqual([{ ...aWait(), run, fromPosition: first.waits[0]?.[1] }]);
        expect(await seen()).toEqual(['once']);
        await stores.flushes.apply(aFlush({ ...other, flush: 1, waits: [{ close: 'w:1' }] }));
        expect(await stores.waits.count()).toBe(0);
      });

      it('gives a flush with other inputs a new generation and stores nothing, then takes it under that', async () => {
        await stores.flushes.apply(aFlush({ events: [anOutEvent({ id: 'old' })] }));
        const request = aFlush({ ...other, inputsHash: 'h:2', events: [anOutEvent({ id: 'wrong' })] });
        expect(await stores.flushes.apply(request)).toMatchObject({ first: false, gen: 1, events: [] });
        expect(await stores.flushes.apply(request)).toMatchObject({ gen: 1 });
        const taken = await stores.flushes.apply(
          aFlush({ ...other, gen: 1, inputsHash: 'h:2', events: [anOutEvent({ id: 'new' })], renew: [] }),
        );
        expect(taken).toMatchObject({ first: true, gen: 1 });
        expect(await seen()).toEqual(['old', 'new']);
      });

      it('registers all that is open in a new generation, and closes what the other timeline left open', async () => {
        await stores.flushes.apply(aFlush({ waits: [{ open: aWait() }] }));
        await stores.flushes.apply(aFlush({ flush: 1, waits: [{ close: 'w:1' }, { open: aWait({ id: 'w:stale' }) }] }));
        await stores.flushes.apply(
          aFlush({
            ...other,
            gen: 1,
            flush: 2,
            waits: [{ open: aWait({ id: 'w:3' }) }],
            renew: [{ open: aWait() }, { open: aWait({ id: 'w:3' }) }],
          }),
        );
        expect((await stores.waits.ofRun(run)).map(({ id }) => id).sort()).toEqual(['w:1', 'w:3']);
      });

      it('gives the answer that left first', async () => {
        const end = (output: string) => [{ end: { status: 200, output } }];
        await stores.flushes.apply(aFlush({ answer: [{ head: { status: 200 } }] }));
        await stores.flushes.apply(aFlush({ flush: 1, answer: end('first') }));
        await stores.flushes.apply(aFlush({ ...other, gen: 1, flush: 1, answer: end('second') }));
        expect(await stores.traces.answer(run)).toEqual([{ head: { status: 200 } }, ...end('first')]);
      });

      it('goes on with what the first timeline had begun to answer', async () => {
        const end = [{ end: { status: 200, output: 'x' } }];
        await stores.flushes.apply(aFlush({ answer: [{ head: { status: 200 } }] }));
        await stores.flushes.apply(aFlush({ flush: 1, answer: [{ chunk: 1 }] }));
        await stores.flushes.apply(aFlush({ ...other, gen: 1, flush: 1, answer: end }));
        expect(await stores.traces.answer(run)).toEqual([{ head: { status: 200 } }, ...end]);
      });
    });

    it('reads the contexts of a start without a starter once', async () => {
      await stores.flushes.apply(aFlush({ patches: [aPatch()] }));
      const first = await stores.flushes.readContextsOnce('acme/daily/1', 'acme', { global: 'global', run: 'r1' });
      expect(first).toEqual({
        global: { owner: 'global', version: 1, value: { a: 1 } },
        run: { owner: 'r1', version: 0, value: {} },
      });
      await stores.flushes.apply(aFlush({ flush: 1, patches: [aPatch({ value: 2 })] }));
      stores = await stores.reopen();
      expect(await stores.flushes.readContextsOnce('acme/daily/1', 'acme', { global: 'global' })).toEqual(first);
    });
  });
}

/** Waits until something holds, for a time in which everything embedded is long done. */
export async function until(holds: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('It did not come to hold in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
