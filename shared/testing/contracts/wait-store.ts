import { aFlush, anEvent, anOutEvent, aWait } from '../builders';
import type { OpenRunStores } from './flush-store';

export function waitStoreContract(driver: string, open: () => Promise<OpenRunStores>): void {
  describe(`WaitStore: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let stores: OpenRunStores;
    let flush: number;
    beforeEach(async () => {
      stores = await open();
      flush = 0;
    });
    afterEach(() => stores.close());

    const run = 'acme/hello/1';
    const paid = anEvent({ type: 'order.paid', source: { workspaceId: 'acme' }, payload: { id: 7 } });
    const apply = (over: Parameters<typeof aFlush>[0]) => stores.flushes.apply(aFlush({ flush: flush++, ...over }));
    const listening = async (type: string, workspace = 'acme') =>
      (await stores.waits.listening(anEvent({ type, source: { workspaceId: workspace }, payload: { id: 7 } })))
        .map(({ id }) => id)
        .sort();

    it('finds the open waits of a workspace that name an event type', async () => {
      const two = aWait({
        id: 'w:2',
        oneOf: [{ event: 'order.paid' }, { event: 'constructor' }, { event: 'order.paid' }],
      });
      await apply({ waits: [{ open: aWait() }, { open: two }] });
      expect(await listening('order.paid')).toEqual(['w:1', 'w:2']);
      expect(await listening('constructor')).toEqual(['w:2']);
      expect(await listening('other')).toEqual([]);
      expect(await listening('order.paid', 'beta')).toEqual([]);
      expect(await stores.waits.count()).toBe(2);
    });

    it('registers the position from which a wait listens', async () => {
      const { events } = await apply({ events: [anOutEvent(), anOutEvent()] });
      await apply({ waits: [{ open: aWait() }] });
      expect(await stores.waits.ofRun(run)).toEqual([{ ...aWait(), run, fromPosition: events[1]?.[1] }]);
    });

    it('closes one, opens it again with what it names then', async () => {
      await apply({ waits: [{ open: aWait() }] });
      await apply({ waits: [{ close: 'w:1' }, { close: 'w:unknown' }] });
      expect(await listening('order.paid')).toEqual([]);
      await apply({ waits: [{ open: aWait({ oneOf: [{ event: 'order.lost' }] }) }] });
      expect([await listening('order.paid'), await listening('order.lost')]).toEqual([[], ['w:1']]);
      expect(await stores.waits.count()).toBe(1);
    });

    it('sends no further event once one was delivered, until it is opened again', async () => {
      await apply({ waits: [{ open: aWait() }] });
      await stores.waits.markDelivered(run, 'w:1', 'event-1');
      expect(await listening('order.paid')).toEqual([]);
      stores = await stores.reopen();
      expect(await listening('order.paid')).toEqual([]);
      expect(await stores.waits.count()).toBe(1);
      await apply({ waits: [{ open: aWait() }] });
      expect(await listening('order.paid')).toEqual(['w:1']);
    });

    it('forgets a run that the engine no longer knows', async () => {
      await apply({ waits: [{ open: aWait() }] });
      await apply({ run: 'acme/hello/2', waits: [{ open: aWait() }] });
      await stores.waits.forget(run);
      expect(await stores.waits.count()).toBe(1);
      stores = await stores.reopen();
      expect((await stores.waits.listening(paid)).map((wait) => wait.run)).toEqual(['acme/hello/2']);
    });
  });
}
