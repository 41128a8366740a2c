import type { Broker, Delivery } from '../../ports/broker';
import type { JsonObject } from '../../core/json';
import { anEvent } from '../builders';
import { until } from './flush-store';

export interface OpenBroker {
  readonly broker: Broker;
  reopen(): Promise<OpenBroker>;
  close(): Promise<void>;
}

/** Characters of the largest event. */
export const MAX_SIZE = 1_000;

/** @param open a broker of events up to `MAX_SIZE`, whose groups `a` and `b` exist before the first event */
export function brokerContract(driver: string, open: () => Promise<OpenBroker>): void {
  describe(`Broker: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let opened: OpenBroker;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());
    const append = (...ids: string[]) => opened.broker.append(ids.map((id) => ({ event: anEvent({ id }) })));
    const pendingOf = async (group: string) =>
      (await opened.broker.pending()).find((one) => one.group === group) ?? { pending: -1, dead: -1, types: [] };
    const drained = (group: string) => until(async () => (await pendingOf(group)).pending === 0);

    it('gives every group every event, in order, also what came before the consumer', async () => {
      await append('1', '2');
      const seen = { a: [] as string[], b: [] as string[] };
      const collect = (to: string[]) => async (batch: readonly Delivery[]) =>
        void to.push(...batch.map((d) => d.event.id));
      await opened.broker.consume('a', collect(seen.a));
      await opened.broker.consume('b', collect(seen.b), { batchSize: 10 });
      await append('3');
      await drained('a');
      await drained('b');
      expect(seen).toEqual({ a: ['1', '2', '3'], b: ['1', '2', '3'] });
    });

    it('gives a group the topics that it asks for, and has done with the others', async () => {
      const seen: string[] = [];
      await opened.broker.consume('a', async ([d]) => void seen.push(d?.event.id ?? ''), { topics: ['error', 'x'] });
      const topics = ['error', 'y', 'x', 'y'];
      await opened.broker.append(
        topics.map((serviceTopic, index) => ({ event: anEvent({ id: `${index}`, source: { serviceTopic } }) })),
      );
      await drained('a');
      expect(seen).toEqual(['0', '2']);
      expect((await pendingOf('b')).pending).toBe(4);
    });

    it('tells which types wait for a group', async () => {
      const types = ['x', 'x', 'y'];
      await opened.broker.append(types.map((type, index) => ({ event: anEvent({ id: `${index}`, type }) })));
      await opened.broker.consume('a', async ([d]) => {
        if (d?.event.type === 'y') throw new Error('not now');
      });
      await until(async () => (await pendingOf('a')).pending === 1);
      expect((await pendingOf('a')).types).toEqual([{ type: 'y', pending: 1 }]);
      expect((await pendingOf('b')).types).toEqual([
        { type: 'x', pending: 2 },
        { type: 'y', pending: 1 },
      ]);
    });

    it('refuses what is too large or nested too deep, and all of its call', async () => {
      const deep = JSON.parse(`${'{"a":'.repeat(101)}1${'}'.repeat(101)}`) as JsonObject;
      for (const [over, reason] of [
        [{ size: MAX_SIZE + 1 }, 'EventTooLarge'],
        [{ payload: deep }, 'EventTooDeep'],
      ] as const) {
        const call = opened.broker.append([{ event: anEvent() }, { event: anEvent(over) }]);
        await expect(call).rejects.toMatchObject({ code: 'BrokerError', details: { reason } });
      }
      await opened.broker.append([{ event: anEvent({ size: MAX_SIZE, payload: deep['a'] as JsonObject }) }]);
      expect((await pendingOf('a')).pending).toBe(1);
    });

    it('has everything of one call or nothing, also of many calls at once', async () => {
      const calls = Array.from({ length: 20 }, (_, i) => append(`${i}-a`, `${i}-b`));
      const answers = await Promise.all(calls);
      const positions = answers.flat().map(({ position }) => position);
      expect(new Set(positions).size).toBe(40);
      for (const [a, b] of answers) expect(Number(b?.position) - Number(a?.position)).toBe(1);
      opened = await opened.reopen();
      expect((await pendingOf('a')).pending).toBe(40);
    });

    it('keeps where an event comes from', async () => {
      const origin = { run: 'acme/hello/1', gen: 1, turn: 2, ordinal: 3 };
      const came: unknown[] = [];
      await opened.broker.append([{ event: anEvent(), origin }]);
      opened = await opened.reopen();
      await opened.broker.consume('a', async ([d]) => void came.push(d?.origin));
      await drained('a');
      expect(came).toEqual([origin]);
    });

    it('in the order of the log, gives one batch at a time, and nothing behind a failure before it', async () => {
      const seen: string[][] = [];
      let working = 0;
      const ids = Array.from({ length: 9 }, (_, i) => `${i}`);
      await opened.broker.append(
        ids.map((id) => ({ event: anEvent({ id, source: { correlationId: `c${Number(id) % 3}` } }) })),
      );
      await opened.broker.consume(
        'a',
        async (batch) => {
          expect(++working).toBe(1);
          await new Promise((resolve) => setTimeout(resolve, 2));
          working--;
          seen.push(batch.map(({ event }) => event.id));
          if (seen.length === 2) throw new Error('not now');
        },
        { order: 'log', batchSize: 4, redeliverAfterMs: 5 },
      );
      await drained('a');
      expect(seen.slice(0, 2)).toEqual([ids.slice(0, 4), ids.slice(4, 8)]);
      // What failed together comes alone, so that one bad event is found.
      expect(seen.slice(2)).toEqual([['4'], ['5'], ['6'], ['7'], ['8']]);
    });

    it('waits for a batch to fill up, but not for long', async () => {
      const seen: string[][] = [];
      await opened.broker.consume('a', async (batch) => void seen.push(batch.map(({ event }) => event.id)), {
        ...{ batchSize: 3, order: 'log', lingerMs: 400 },
      });
      const began = performance.now();
      await append('1');
      await append('2');
      await append('3');
      await until(async () => seen.length === 1);
      expect(performance.now() - began).toBeLessThan(400);
      await append('4');
      await drained('a');
      expect(seen).toEqual([['1', '2', '3'], ['4']]);
      expect(performance.now() - began).toBeGreaterThan(390);
    });

    it('drops a known id and says where the first one stands', async () => {
      const [first] = await append('same');
      const [again, next] = await append('same', 'next');
      expect(again).toEqual({ ...first, known: true });
      expect(next?.known).toBe(false);
      expect((next?.position ?? '') > (first?.position ?? '')).toBe(true);
      expect(await opened.broker.position()).toBe(next?.position);
      const seen: string[] = [];
      await opened.broker.consume('a', async ([d]) => void seen.push(d?.event.id ?? ''));
      await drained('a');
      expect(seen).toEqual(['same', 'next']);
    });

    it('delivers at once', async () => {
      let came = 0;
      await opened.broker.consume('a', async () => void (came = performance.now()));
      const began = performance.now();
      await append('quick');
      await until(async () => came > 0);
      expect(came - began).toBeLessThan(200);
    });

    it('works on one event of a correlation at a time, in order, and on others meanwhile', async () => {
      const log: string[] = [];
      let freeFirst: () => void = () => undefined;
      const first = new Promise<void>((resolve) => (freeFirst = resolve));
      await opened.broker.consume('a', async ([delivery]) => {
        const id = delivery?.event.id ?? '';
        log.push(`+${id}`);
        if (id === 'x1') await first;
        log.push(`-${id}`);
      });
      const of = (id: string, correlationId: string) => ({ event: anEvent({ id, source: { correlationId } }) });
      await opened.broker.append([of('x1', 'x'), of('x2', 'x'), of('y1', 'y')]);
      await until(async () => log.includes('-y1'));
      expect(log).toEqual(['+x1', '+y1', '-y1']);
      freeFirst();
      await drained('a');
      expect(log.slice(3)).toEqual(['-x1', '+x2', '-x2']);
    });

    it('works on no more at once than it is told', async () => {
      let [now, most] = [0, 0];
      await opened.broker.consume(
        'a',
        async () => {
          most = Math.max(most, ++now);
          await new Promise((resolve) => setTimeout(resolve, 2));
          now--;
        },
        { concurrency: 3 },
      );
      await opened.broker.append(
        Array.from({ length: 20 }, (_, i) => ({ event: anEvent({ source: { correlationId: `c${i}` } }) })),
      );
      await drained('a');
      expect(most).toBe(3);
    });

    it('brings a failed event again, before the later ones of its correlation, and counts deliveries', async () => {
      const seen: [string, number][] = [];
      await opened.broker.consume(
        'a',
        async ([delivery]) => {
          if (!delivery) return;
          seen.push([delivery.event.id, delivery.attempt]);
          if (delivery.event.id === 'bad' && delivery.attempt < 3) throw new Error('not yet');
        },
        { redeliverAfterMs: 5 },
      );
      await append('bad', 'later');
      await drained('a');
      expect(seen).toEqual([
        ['bad', 1],
        ['bad', 2],
        ['bad', 3],
        ['later', 1],
      ]);
    });

    it('fails only what the handler names', async () => {
      const seen: string[][] = [];
      await opened.broker.consume(
        'a',
        async (batch) => {
          seen.push(batch.map(({ event }) => event.id));
          return { failed: seen.length === 1 ? [{ id: '2', reason: 'full' }] : [] };
        },
        { batchSize: 3, redeliverAfterMs: 5 },
      );
      await append('1', '2', '3');
      await drained('a');
      expect(seen).toEqual([['1', '2', '3'], ['2']]);
    });

    it('gives up after so many deliveries, tells, and goes on', async () => {
      const dead: string[] = [];
      const seen: string[] = [];
      await opened.broker.consume(
        'a',
        async ([delivery]) => {
          seen.push(delivery?.event.id ?? '');
          if (delivery?.event.id === 'poison') throw new Error('no way');
        },
        {
          redeliverAfterMs: 1,
          maxDeliveries: 3,
          onDead: async ({ event }, reason) => void dead.push(`${event.id}: ${reason}`),
        },
      );
      await append('poison', 'next');
      await drained('a');
      expect(seen).toEqual(['poison', 'poison', 'poison', 'next']);
      expect(dead).toEqual(['poison: no way']);
      expect(await pendingOf('a')).toMatchObject({ dead: 1 });
    });

    it('does not count what comes again for lack of room', async () => {
      const attempts: number[] = [];
      await opened.broker.consume(
        'a',
        async ([delivery]) => {
          attempts.push(delivery?.attempt ?? 0);
          return attempts.length < 9
            ? { failed: [{ id: delivery?.event.id ?? '', reason: 'full', retryAfterMs: 1 }] }
            : undefined;
        },
        { maxDeliveries: 2 },
      );
      await append('patient');
      await drained('a');
      expect(attempts).toEqual(Array.from({ length: 9 }, () => 1));
    });

    it('brings what was not acknowledged again after a restart, and nothing that was', async () => {
      await append('done', 'failed', 'unseen');
      const consumer = await opened.broker.consume(
        'a',
        async ([delivery]) => {
          if (delivery?.event.id === 'failed') throw new Error('now is bad');
        },
        { redeliverAfterMs: 100 },
      );
      await until(async () => (await pendingOf('a')).pending === 2);
      await consumer.stop();
      opened = await opened.reopen();
      const seen: [string, number][] = [];
      await opened.broker.consume('a', async ([d]) => void seen.push([d?.event.id ?? '', d?.attempt ?? 0]));
      await drained('a');
      expect(seen).toEqual([
        ['failed', 2],
        ['unseen', 1],
      ]);
      expect((await pendingOf('b')).pending).toBe(3);
    });

    it('finishes what is in hand before it stops', async () => {
      let ended = false;
      const consumer = await opened.broker.consume('a', async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        ended = true;
      });
      await append('slow');
      await until(async () => true);
      await new Promise((resolve) => setTimeout(resolve, 10));
      await consumer.stop();
      expect(ended).toBe(true);
      expect((await pendingOf('a')).pending).toBe(0);
    });
  });
}
