/** What was missed, then what comes: no gap, no double, in order, however the two race. */
import fc from 'fast-check';
import type { LoggedEvent } from '../../../shared/core/events/event';
import type { EventFeed } from '../../../shared/ports/event-feed';
import { anEvent } from '../../../shared/testing/builders';
import { fakeLog } from '../../../shared/testing/fakes/log';
import { Hub, interestOf } from './hub';
import { Subscription } from './subscription';

const positionText = (n: number): string => String(n).padStart(16, '0');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A log whose followers and readers are as slow as the test says. */
function slowFeed(pause: () => Promise<void>) {
  const log: LoggedEvent[] = [];
  let follow: (events: readonly LoggedEvent[]) => Promise<void> | void = () => undefined;
  let from = Infinity;
  let handedOn: Promise<void> = Promise.resolve();
  const feed: EventFeed = {
    follow(listener) {
      follow = listener;
      from = log.length;
      return { position: positionText(log.length), stop: async () => undefined };
    },
    async after(_, position, limit) {
      await pause();
      const events = log.slice(Number(position), Number(position) + limit);
      const upTo = positionText(Number(position) + events.length);
      await pause();
      return { events, upTo };
    },
    positionOf: async () => null,
    isWhole: async () => true,
  };
  return {
    feed,
    settled: () => handedOn,
    append(count: number, persist = true): void {
      const events = Array.from({ length: count }, (): LoggedEvent => {
        const event = anEvent({ id: `e${log.length + 1}`, ...(!persist && { options: { persist } }) });
        const logged = { position: positionText(log.length + 1), event };
        log.push(logged);
        return logged;
      });
      const followed = events.filter(({ position }) => Number(position) > from);
      const paused = pause();
      handedOn = handedOn.then(() => paused).then(() => follow(followed));
    },
  };
}

const interest = interestOf({
  workspaceId: 'acme',
  filter: {},
  reader: () => ({ role: 'owner', topics: new Set() }),
  socketId: () => null,
});

const hubOver = (feed: EventFeed) => new Hub({ feed, log: fakeLog(), topicsJoined: async () => undefined });

jest.setTimeout(60_000); // A busy machine is no failure.

it('gives each event after the last one seen once, in order, in every interleaving', async () => {
  const steps = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 60 });
  const appends = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(steps, appends, fc.nat({ max: 400 }), async (ticks, batches, before) => {
      let at = 0;
      const pause = async (): Promise<void> => {
        for (let n = ticks[at++ % ticks.length] ?? 0; n > 0; n--) await turn();
      };
      const { feed, append, settled } = slowFeed(pause);
      append(before);
      const hub = hubOver(feed);
      const seen: string[] = [];
      const from = Math.floor(before / 2);
      const subscription = new Subscription(
        { hub, feed },
        {
          interest,
          after: positionText(from),
          sink: { send: ({ event }) => void seen.push(event.id), room: pause },
        },
      );
      const started = subscription.start();
      for (const count of batches) {
        await pause();
        append(count);
      }
      await started;
      await settled();
      const last = batches.reduce((sum, count) => sum + count, before);
      expect(seen).toEqual(Array.from({ length: last - from }, (_, n) => `e${from + n + 1}`));
    }),
    { numRuns: 60 },
  );
});

it('takes what the hub sees while the last page is on its way once', async () => {
  const { feed, append, settled } = slowFeed(async () => undefined);
  append(2);
  const hub = hubOver(feed);
  await settled();
  const seen: string[] = [];
  let letThrough: () => void = () => undefined;
  let isRead: () => void = () => undefined;
  const read = new Promise<void>((resolve) => (isRead = resolve));
  const held: EventFeed = {
    ...feed,
    async after(...args) {
      const page = await feed.after(...args);
      isRead();
      if (seen.length === 0) await new Promise<void>((resolve) => (letThrough = resolve));
      return page;
    },
  };
  const sink = { send: ({ event }: LoggedEvent) => void seen.push(event.id) };
  const subscription = new Subscription({ hub, feed: held }, { interest, after: positionText(0), sink });
  const started = subscription.start();
  await read;
  // The page is read and held; meanwhile the hub passes by with two more.
  append(2);
  await settled();
  expect([seen, hub.position]).toEqual([[], positionText(4)]);
  letThrough();
  await started;
  append(1);
  await settled();
  expect(seen).toEqual(['e1', 'e2', 'e3', 'e4', 'e5']);
});

it('takes what was read before the hub has seen it once', async () => {
  let hold: Promise<void> = Promise.resolve();
  const { feed, append, settled } = slowFeed(() => hold);
  const hub = hubOver(feed);
  append(1);
  await settled();
  let letThrough: () => void = () => undefined;
  hold = new Promise<void>((resolve) => (letThrough = resolve));
  append(2);
  hold = Promise.resolve();
  const seen: string[] = [];
  const sink = { send: ({ event }: LoggedEvent) => void seen.push(event.id) };
  await new Subscription({ hub, feed }, { interest, after: positionText(0), sink }).start();
  expect([seen, hub.position]).toEqual([['e1', 'e2', 'e3'], positionText(1)]);
  letThrough();
  await settled();
  append(1);
  await settled();
  expect(seen).toEqual(['e1', 'e2', 'e3', 'e4']);
});

it('does not replay what is not kept, and hands it on live', async () => {
  const { feed, append, settled } = slowFeed(async () => undefined);
  append(1, false);
  append(1);
  const hub = hubOver(feed);
  const seen: string[] = [];
  const sink = { send: ({ event }: LoggedEvent) => void seen.push(event.id) };
  const subscription = new Subscription({ hub, feed }, { interest, after: positionText(0), sink });
  await subscription.start();
  append(1, false);
  await settled();
  expect(seen).toEqual(['e2', 'e3']);
});

it('sends nothing after its end, and nothing twice when its filter changes', async () => {
  const { feed, append, settled } = slowFeed(async () => undefined);
  const hub = hubOver(feed);
  const seen: string[] = [];
  const sink = { send: ({ event }: LoggedEvent) => void seen.push(event.id) };
  const subscription = new Subscription({ hub, feed }, { interest, sink });
  await subscription.start();
  append(2);
  await settled();
  subscription.change(interestOf({ ...interest, filter: { types: ['apps.test'] } }));
  append(1);
  await settled();
  subscription.change(interestOf({ ...interest, filter: { types: ['nothing'] } }));
  append(1);
  await settled();
  expect([seen, hub.size]).toEqual([['e1', 'e2', 'e3'], 1]);
  subscription.end();
  append(1);
  await settled();
  expect([seen.length, hub.size]).toEqual([3, 0]);
});
