import type { RateCounter } from '../../ports/rate-counter';

export function rateCounterContract(
  driver: string,
  open: () => { readonly counter: RateCounter; pass(ms: number): void },
): void {
  describe(`RateCounter: ${driver}`, () => {
    it('counts each key in windows of its own', async () => {
      const { counter, pass } = open();
      expect(await counter.hit('a', 100)).toMatchObject({ count: 1 });
      const { count, endsAt } = await counter.hit('a', 100);
      expect(count).toBe(2);
      expect(await counter.hit('b', 100)).toMatchObject({ count: 1 });
      pass(99);
      expect(await counter.hit('a', 100)).toEqual({ count: 3, endsAt });
      pass(1);
      expect(await counter.hit('a', 100)).toEqual({ count: 1, endsAt: endsAt + 100 });
    });

    it('loses no hit of many at once', async () => {
      const { counter } = open();
      const counts = await Promise.all(Array.from({ length: 50 }, () => counter.hit('a', 1000)));
      expect(new Set(counts.map(({ count }) => count)).size).toBe(50);
    });
  });
}
