import type { IdempotencyStore } from '../../ports/idempotency-store';

export interface OpenIdempotency {
  readonly store: IdempotencyStore;
  /** Lets time pass for the store. */
  pass(ms: number): void;
  close(): Promise<void>;
}

export function idempotencyStoreContract(driver: string, open: () => Promise<OpenIdempotency>): void {
  describe(`IdempotencyStore: ${driver}`, () => {
    let opened: OpenIdempotency;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());
    const claim = (run: string, bodyHash = 'h') => opened.store.claim('acme/order/u1/key', { run, bodyHash }, 1_000);

    it('gives fifty simultaneous claims the first one', async () => {
      const claims = await Promise.all(Array.from({ length: 50 }, (_, i) => claim(`run-${i}`, `h-${i}`)));
      expect(claims.filter(({ first }) => first)).toHaveLength(1);
      expect(new Set(claims.map(({ run, bodyHash }) => `${run} ${bodyHash}`)).size).toBe(1);
    });

    it('frees a key after its time', async () => {
      await claim('run-1');
      opened.pass(999);
      expect(await claim('run-2')).toEqual({ first: false, run: 'run-1', bodyHash: 'h' });
      opened.pass(1);
      expect(await claim('run-2')).toEqual({ first: true, run: 'run-2', bodyHash: 'h' });
    });

    it('gives a key back, but only that of its own run', async () => {
      await claim('run-1');
      await opened.store.release('acme/order/u1/key', 'run-2');
      expect((await claim('run-2')).first).toBe(false);
      await opened.store.release('acme/order/u1/key', 'run-1');
      expect((await claim('run-2')).first).toBe(true);
    });
  });
}
