import type { LoggedEvent } from '../../core/events/event';
import type { Broker } from '../../ports/broker';
import type { EventFeed } from '../../ports/event-feed';
import type { EventHistory } from '../../ports/event-history';
import { anEvent } from '../builders';
import { until } from './flush-store';

export interface OpenFeed {
  readonly feed: EventFeed;
  readonly broker: Broker;
  readonly history: EventHistory;
  /** Makes the log forget what its only group, `history`, has acknowledged, but for the newest 10 events or so. */
  trimmed(): Promise<void>;
  close(): Promise<void>;
}

export function eventFeedContract(driver: string, open: () => Promise<OpenFeed>): void {
  describe(`EventFeed: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let opened: OpenFeed;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());

    const append = (count: number, prefix: string, workspaceId = 'acme') =>
      opened.broker.append(
        Array.from({ length: count }, (_, n) => ({ event: anEvent({ id: `${prefix}${n}`, source: { workspaceId } }) })),
      );
    const idsOf = (events: readonly LoggedEvent[]) => events.map(({ event }) => event.id);
    const ids = (count: number, prefix: string) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

    /** Everything after a position, in pages. */
    async function readAll(position: string, limit = 7): Promise<string[]> {
      const end = await opened.broker.position();
      const found: string[] = [];
      for (let at = position; at < end;) {
        const { events, upTo } = await opened.feed.after('acme', at, limit);
        expect(events.length).toBeLessThanOrEqual(limit);
        expect(upTo > at).toBe(true);
        found.push(...idsOf(events));
        at = upTo;
      }
      return found;
    }

    it('hands on every event from now on, in order, to each who follows', async () => {
      await append(3, 'before');
      const seen: string[][] = [[], []];
      const followers = seen.map((to) => opened.feed.follow((events) => void to.push(...idsOf(events))));
      expect(followers[0]?.position).toBe(await opened.broker.position());
      await Promise.all([append(300, 'a'), append(300, 'b'), append(5, 'c')]);
      await until(async () => seen.every((to) => to.length === 605));
      expect(seen[0]).toEqual([...ids(300, 'a'), ...ids(300, 'b'), ...ids(5, 'c')]);
      expect(seen[1]).toEqual(seen[0]);
      await Promise.all(followers.map((follower) => follower.stop()));
      await append(1, 'after');
      expect(seen[0]).toHaveLength(605);
    });

    it('waits for a listener before it hands on more', async () => {
      let letThrough: () => void = () => undefined;
      const seen: number[] = [];
      const follower = opened.feed.follow(async (events) => {
        seen.push(events.length);
        if (seen.length === 1) await new Promise<void>((resolve) => (letThrough = resolve));
      });
      await append(1, 'a');
      await until(async () => seen.length === 1);
      await append(2, 'b');
      expect(seen).toEqual([1]);
      letThrough();
      await until(async () => seen.length === 2);
      expect(seen).toEqual([1, 2]);
      await follower.stop();
    });

    it('reads what stands after a position, of one workspace, in pages', async () => {
      const start = await opened.broker.position();
      await append(20, 'a');
      await append(20, 'x', 'other');
      const [tenth] = (await append(10, 'a')).slice(-1); // Known: they burn positions and stay where they are.
      await append(20, 'b');
      expect(await readAll(start)).toEqual([...ids(20, 'a'), ...ids(20, 'b')]);
      expect((await readAll(tenth?.position ?? '')).slice(0, 2)).toEqual(['a10', 'a11']);
      const end = await opened.broker.position();
      expect(await opened.feed.after('acme', end, 5)).toEqual({ events: [], upTo: end });
    });

    it('reads from the history what has left the log, without a seam', async () => {
      const start = await opened.broker.position();
      for (let n = 0; n < 5; n++) {
        await append(20, `a${n}-`);
        await append(3, `x${n}-`, 'other');
      }
      const before = await readAll(start);
      await opened.trimmed();
      expect(await readAll(start)).toEqual(before);
      expect(await readAll(start, 500)).toEqual(before);
      expect(before).toHaveLength(100);
    });

    it('knows whether all that came after a position is still held', async () => {
      const dated = (workspaceId: string, day: number, n: number) =>
        anEvent({ id: `${workspaceId}${n}`, createdAt: `2026-03-0${day}T12:00:00.000Z`, source: { workspaceId } });
      const start = await opened.broker.position();
      const appended = await opened.broker.append(
        Array.from({ length: 60 }, (_, n) => ({ event: dated(n % 2 ? 'other' : 'acme', n < 20 ? 1 : 2, n) })),
      );
      const at = (n: number): string => appended[n]?.position ?? '';
      await opened.trimmed();
      const whole = (workspaceId: string, position: string) => opened.feed.isWhole(workspaceId, position);
      expect([await whole('acme', start), await whole('acme', at(5))]).toEqual([true, true]);
      await opened.history.deleteBefore('2026-03-02T00:00:00.000Z');
      expect([await whole('acme', start), await whole('acme', at(5)), await whole('acme', at(17))]).toEqual([
        false,
        false,
        false,
      ]);
      expect([await whole('acme', at(18)), await whole('acme', at(40)), await whole('acme', at(59))]).toEqual([
        true,
        true,
        true,
      ]);
      expect([await whole('other', at(18)), await whole('other', at(19)), await whole('empty', start)]).toEqual([
        false,
        true,
        true,
      ]);
    });

    it('knows where an event of the workspace stands, in the log and after', async () => {
      const [first] = await append(60, 'a');
      await append(1, 'x', 'other');
      const known = async () => [
        await opened.feed.positionOf('acme', 'a0'),
        await opened.feed.positionOf('other', 'a0'),
        await opened.feed.positionOf('acme', 'x0'),
        await opened.feed.positionOf('acme', 'gone'),
      ];
      expect(await known()).toEqual([first?.position, null, null, null]);
      await opened.trimmed();
      expect(await known()).toEqual([first?.position, null, null, null]);
    });
  });
}
