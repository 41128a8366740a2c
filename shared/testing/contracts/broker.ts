import type { Broker, Delivery } from '../../ports/broker';
import { anEvent } from '../builders';
import { until } from './flush-store';

export interface OpenBroker {
  readonly broker: Broker;
  reopen(): Promise<OpenBroker>;
  close(): Promise<void>;
}

/** @param open a broker whose groups `a` and `b` exist before the first event */
export function brokerContract(driver: string, open: () => Promise<OpenBroker>): void {
  describe(`Broker: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let opened: OpenBroker;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());
    const append = (...ids: string[]) => opened.broker.append(ids.map((id) => ({ event: anEvent({ id }) })));
    const pendingOf = async (group: string) =>
      (await opened.broker.pending()).find((one) => one.group === group) ?? { pending: -1, dead: -1 };
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
