import type { FlushRequest } from '../../core/run/flush';
import type { Event } from '../../core/events/event';
import { aFlush, anEvent, anOutEvent, aSeal, aWait } from '../builders';
import { until, type OpenRunStores } from './flush-store';

const run = 'acme/hello/1';

/** Waits that miss nothing, and events that they take for themselves: every order forced. */
export function lookBackContract(driver: string, open: () => Promise<OpenRunStores>): void {
  describe(`Looking back: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let stores: OpenRunStores;
    let flush: number;
    beforeEach(async () => {
      stores = await open();
      flush = 0;
    });
    afterEach(() => stores.close());

    const apply = (over: Partial<FlushRequest> = {}) => stores.flushes.apply(aFlush({ flush: flush++, ...over }));
    const ask = (over: Partial<FlushRequest> = {}) => apply({ events: [anOutEvent({ type: 'ask' })], ...over });
    const paid = (id: number, over: Partial<Event> = {}) =>
      anEvent({ type: 'order.paid', payload: { id }, createdAt: '1970-01-01T00:00:50.000Z', ...over });
    const send = (...events: readonly Event[]) => stores.broker.append(events.map((event) => ({ event })));
    const took = (waitId: string, event: Event) => [{ n: flush, now: 1_000, items: [{ event: { waitId, event } }] }];
    const listening = async (event: Event) => (await stores.waits.listening(event)).map(({ id }) => id);

    describe('a wait of a run that has sent an event', () => {
      it('finds what came before it was there, and is sent nothing more', async () => {
        await ask();
        const answer = paid(7);
        await send(paid(8), answer, paid(7));
        expect((await apply({ waits: [{ open: aWait() }] })).early).toEqual([{ waitId: 'w:1', event: answer }]);
        expect(await listening(paid(7))).toEqual([]);
      });

      it('finds nothing when the event comes together with it or after it: that is delivered', async () => {
        await ask();
        const [flushed] = await Promise.all([apply({ waits: [{ open: aWait() }] }), send(paid(7))]);
        expect(flushed.early).toBeUndefined();
        const [wait] = await stores.waits.listening(paid(7));
        const [after] = await send(paid(7));
        expect((wait?.fromPosition ?? '9') < (after?.position ?? '0')).toBe(true);
      });

      it('misses nothing of two transactions in the other order', async () => {
        await ask();
        const [, flushed] = await Promise.all([send(paid(7)), apply({ waits: [{ open: aWait() }] })]);
        expect(flushed.early).toHaveLength(1);
      });

      it.each(Array.from({ length: 10 }, (_, lead) => lead))('in a storm, event %i places ahead', async (lead) => {
        await ask();
        const wanted = paid(7);
        const work: Promise<unknown>[] = [];
        for (let i = 0; i < 10; i++) {
          if (i === lead) work.push(send(wanted));
          work.push(i === 5 ? apply({ waits: [{ open: aWait() }] }) : send(paid(8)));
        }
        const done = await Promise.all(work);
        const flushed = done.find((one) => !Array.isArray(one)) as { early?: unknown[]; waits: [string, string][] };
        const found = flushed.early?.length ?? 0;
        const position = (await send(wanted))[0]?.position ?? '';
        const delivered = position > (flushed.waits[0]?.[1] ?? '') ? 1 : 0;
        expect(found + delivered).toBe(1);
      });

      it('gives a repeated flush the same event', async () => {
        await ask();
        await send(paid(7));
        const request = aFlush({ flush: 1, waits: [{ open: aWait() }] });
        const first = await stores.flushes.apply(request);
        stores = await stores.reopen();
        expect(await stores.flushes.apply(request)).toEqual({ ...first, first: false });
      });

      it('does not find what a wait of the run has got already', async () => {
        await ask();
        const [one, two] = [paid(7), paid(7)];
        await send(one, two);
        await apply({ waits: [{ open: aWait() }] });
        const flushed = await apply({
          turns: took('w:1', one),
          waits: [{ close: 'w:1' }, { open: aWait({ id: 'w:2' }) }],
        });
        expect(flushed.early).toEqual([{ waitId: 'w:2', event: two }]);
      });

      it('takes the first of all that its patterns match', async () => {
        await ask();
        const [first, second] = [anEvent({ type: 'b' }), anEvent({ type: 'a' })];
        await send(first, second);
        const flushed = await apply({ waits: [{ open: aWait({ oneOf: [{ event: 'a' }, { event: 'b' }] }) }] });
        expect(flushed.early).toEqual([{ waitId: 'w:1', event: first }]);
      });

      it('looks no further back than the first event of its run', async () => {
        await send(paid(7));
        await ask();
        expect((await apply({ waits: [{ open: aWait() }] })).early).toBeUndefined();
      });

      it.each([
        ['one', 'one', true],
        ['7', 7, true],
        ['a,b', ['a', 'b'], true],
        ['one', 'two', false],
        [null, undefined, true],
        [{ a: 1 }, { a: 1 }, false],
      ])('compares the filter %j loosely with %j', async (wanted, found, matches) => {
        await ask();
        await send(anEvent({ type: 'order.paid', payload: { noise: 1, ...(found !== undefined && { id: found }) } }));
        const oneOf = [{ event: 'order.paid', filters: { 'payload.id': wanted } }];
        expect((await apply({ waits: [{ open: aWait({ oneOf }) }] })).early !== undefined).toBe(matches);
      });

      it('finds one among very many', async () => {
        await ask();
        await send(...Array.from({ length: 450 }, () => paid(8)), paid(7));
        expect((await apply({ waits: [{ open: aWait() }] })).early).toHaveLength(1);
      });

      it('hears only what a wait can hear', async () => {
        await ask();
        const source = { workspaceId: 'acme', correlationId: 'c', serviceTopic: 'error' };
        await send(anEvent({ type: 'error', source }));
        expect((await apply({ waits: [{ open: aWait({ oneOf: [{ event: 'error' }] }) }] })).early).toBeUndefined();
      });
    });

    it('a run that has sent nothing looks at nothing', async () => {
      await apply();
      await send(paid(7));
      expect((await apply({ waits: [{ open: aWait() }] })).early).toBeUndefined();
    });

    it('forgets after the end of the run', async () => {
      await ask();
      await apply({ ended: { kind: 'done' } });
      await send(paid(7));
      expect((await apply({ waits: [{ open: aWait() }] })).early).toBeUndefined();
    });

    it('a reset forgets what came of the turns that it undoes', async () => {
      await ask();
      await send(paid(7));
      await apply({ waits: [{ open: aWait() }] });
      await apply({ turns: took('w:1', paid(7)), waits: [{ close: 'w:1' }] });
      const again = { engineRunId: 'engine-2', gen: 1, renew: [{ open: aWait() }] };
      const late = await stores.flushes.apply(aFlush({ ...again, flush: 1 }));
      expect(late.early).toHaveLength(1);
      const early = await stores.flushes.apply(aFlush({ ...again, engineRunId: 'engine-3', gen: 2, flush: 0 }));
      expect(early.early).toBeUndefined();
    });

    describe('a time-out', () => {
      it('is not final when an event was there in time', async () => {
        await apply({ waits: [{ open: aWait() }] });
        const event = paid(7);
        await send(paid(8), event);
        const sealed = await stores.flushes.seal(aSeal());
        expect(sealed.late).toEqual([{ waitId: 'w:1', event }]);
        stores = await stores.reopen();
        expect(await stores.flushes.seal(aSeal())).toEqual(sealed);
      });

      it('is final when it was not', async () => {
        await apply({ waits: [{ open: aWait({ until: 40_000 }) }] });
        await send(paid(7));
        expect(await stores.flushes.seal(aSeal())).not.toHaveProperty('late');
      });
    });

    describe('cancelTriggers', () => {
      const taking = aWait({
        oneOf: [{ event: 'order.paid', filters: { 'payload.id': 7 }, cancelTriggers: true }, { event: 'other' }],
      });
      const deliveries = async (): Promise<readonly boolean[]> => {
        const seen: boolean[] = [];
        const consumer = await stores.broker.consume('audit', async ([delivery]) => {
          if (delivery && delivery.event.type !== 'ask') seen.push(delivery.cancelled === true);
        });
        await until(async () => (await stores.broker.pending()).find(({ group }) => group === 'audit')?.pending === 0);
        await consumer.stop();
        return seen;
      };

      it('takes the event that comes after the wait, and only that one', async () => {
        await apply({ waits: [{ open: taking }] });
        await send(paid(8), paid(7), paid(7));
        expect(await deliveries()).toEqual([false, true, false]);
      });

      it('does not take the event that comes before it', async () => {
        await ask();
        await Promise.all([send(paid(7)), apply({ waits: [{ open: taking }] })]);
        await send(paid(7));
        expect(await deliveries()).toEqual([false, false]);
      });

      it('decides by the order of the transactions', async () => {
        await Promise.all([apply({ waits: [{ open: taking }] }), send(paid(7))]);
        expect(await deliveries()).toEqual([true]);
      });

      it('takes an event of the very flush that registers it', async () => {
        await apply({ waits: [{ open: taking }], events: [anOutEvent({ ...paid(7) })] });
        expect(await deliveries()).toEqual([true]);
      });

      it('takes nothing by a pattern without it, and nothing once closed', async () => {
        await apply({ waits: [{ open: taking }] });
        await send(anEvent({ type: 'other', createdAt: '1970-01-01T00:00:50.000Z' }));
        await apply({ waits: [{ close: 'w:1' }] });
        await send(paid(7));
        expect(await deliveries()).toEqual([false, false]);
      });

      it('takes nothing once its time-out is sealed, nor what was made after its time', async () => {
        await apply({ waits: [{ open: taking }, { open: { ...taking, id: 'w:2', until: 40_000 } }] });
        await stores.flushes.seal(aSeal());
        await send(paid(7));
        expect(await deliveries()).toEqual([false]);
      });

      it('says so after a restart, and to a repetition', async () => {
        await apply({ waits: [{ open: taking }] });
        const event = paid(7);
        await send(event);
        await send(event);
        stores = await stores.reopen();
        expect(await deliveries()).toEqual([true]);
      });

      it('lets all waits that take it have it', async () => {
        await apply({ waits: [{ open: taking }, { open: { ...taking, id: 'w:2' } }, { open: aWait({ id: 'w:3' }) }] });
        const event = paid(7);
        await send(event, paid(7));
        expect(await deliveries()).toEqual([true, false]);
        expect((await listening(event)).sort()).toEqual(['w:1', 'w:2', 'w:3']);
      });

      it('is forgotten with its run', async () => {
        await apply({ waits: [{ open: taking }] });
        await stores.waits.forget(run);
        await send(paid(7));
        expect(await deliveries()).toEqual([false]);
      });
    });
  });
}
