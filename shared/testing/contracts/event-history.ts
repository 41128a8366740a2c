import type { Event, LoggedEvent } from '../../core/events/event';
import type { EventHistory, EventQuery } from '../../ports/event-history';
import { parseSearch } from '../../core/event-search/parse-search';
import type { Found } from '../../core/event-search/query';
import type { Json } from '../../core/json';
import { anEvent } from '../builders';

const SEARCH = { now: 0, aggregationDepth: 5, forbiddenAggregations: [] };

export interface OpenHistory {
  readonly history: EventHistory;
  close(): Promise<void>;
}

type Over = Parameters<typeof anEvent>[0];

export function eventHistoryContract(driver: string, open: () => Promise<OpenHistory>): void {
  describe(`EventHistory: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let opened: OpenHistory;
    let position: number;
    beforeEach(async () => {
      opened = await open();
      position = 0;
    });
    afterEach(() => opened.close());

    const logged = (over: Over): LoggedEvent => ({
      position: String(++position).padStart(16, '0'),
      event: anEvent(over),
    });
    const store = (...events: Over[]) => opened.history.store(events.map(logged));
    const ids = async (query: Partial<EventQuery> = {}, workspaceId = 'acme') =>
      (await opened.history.search(workspaceId, { limit: 50, sort: 'asc', ...query })).map(({ id }: Event) => id);
    const at = (second: number) => `2026-03-01T12:00:0${second}.000Z`;

    it('gives back what was stored, once, however often it was', async () => {
      const events = [logged({ id: '1', payload: { a: [1, { b: null }] } }), logged({ id: '2', payload: null })];
      await opened.history.store(events);
      await opened.history.store(events);
      expect(await opened.history.search('acme', { limit: 50, sort: 'asc' })).toEqual(events.map(({ event }) => event));
      expect(await ids({}, 'beta')).toEqual([]);
    });

    it('does not keep what asks not to be, nor the broadcast of context writes', async () => {
      await store({ id: '1', options: { persist: false } }, { id: '2', type: 'runtime.contexts.updated' }, { id: '3' });
      expect(await ids()).toEqual(['3']);
    });

    it('sorts by time, pages, and bounds strictly', async () => {
      await store({ id: '2', createdAt: at(2) }, { id: '1', createdAt: at(1) }, { id: '3', createdAt: at(3) });
      expect(await ids()).toEqual(['1', '2', '3']);
      expect(await ids({ sort: 'desc' })).toEqual(['3', '2', '1']);
      expect(await ids({ limit: 2, page: 1 })).toEqual(['3']);
      expect(await ids({ afterDate: at(1), beforeDate: at(3) })).toEqual(['2']);
      expect(await ids({ afterDate: '2026-03-01T13:00:01+01:00' })).toEqual(['2', '3']);
      await expect(ids({ afterDate: 'soon' })).rejects.toMatchObject({ code: 'SearchError' });
    });

    it('filters by type', async () => {
      await store({ id: '1', type: 'a' }, { id: '2', type: 'b' }, { id: '3', type: 'c' });
      expect(await ids({ types: ['a', 'c'] })).toEqual(['1', '3']);
      expect(await ids({ fields: { type: ['?', '*'] } })).toEqual(['1', '2', '3']);
      expect(await ids({ types: ["a' OR 1=1 --"] })).toEqual([]);
    });

    it('filters by fields: any of the values, all of the fields', async () => {
      await store(
        {
          id: '1',
          payload: { n: 7, ok: true, text: 'seven', deep: { list: ['x', 'y'] } },
          source: { correlationId: 'c1' },
        },
        { id: '2', payload: { n: 8, ok: false, text: 'eight' }, source: { correlationId: 'c2', userId: 'u1' } },
        { id: '3', payload: { text: null } },
      );
      expect(await ids({ fields: { 'payload.n': ['7', '8'] } })).toEqual(['1', '2']);
      expect(await ids({ fields: { 'payload.n': ['7', '8'], 'payload.ok': ['false'] } })).toEqual(['2']);
      expect(await ids({ fields: { 'payload.ok': ['true'] } })).toEqual(['1']);
      expect(await ids({ fields: { 'payload.deep.list': ['y'] } })).toEqual(['1']);
      expect(await ids({ fields: { 'payload.text': ['sev*'] } })).toEqual(['1']);
      expect(await ids({ fields: { 'payload.text': [''] } })).toEqual(['3']);
      expect(await ids({ fields: { 'payload.text': ['', 'eight'] } })).toEqual(['2', '3']);
      expect(await ids({ fields: { 'payload.deep': ['x'] } })).toEqual([]);
      expect(await ids({ fields: { 'source.correlationId': ['c1'] } })).toEqual(['1']);
      expect(await ids({ fields: { 'source.correlationId': ['c*'] } })).toEqual(['1', '2', '3']);
      expect(await ids({ fields: { 'source.userId': [''] } })).toEqual(['1', '3']);
      expect(await ids({ fields: { 'payload.n': [] } })).toEqual([]);
    });

    it('takes field names as they are', async () => {
      await store({ id: '1', payload: { "it's": 1, $x: 2, 'a b': 3, __proto__: 4, 'l[0]': 5, '"': 6 } });
      for (const [key, value] of Object.entries({ "it's": '1', $x: '2', 'a b': '3', 'l[0]': '5' }))
        expect(await ids({ fields: { [`payload.${key}`]: [value] } })).toEqual(['1']);
      expect(await ids({ fields: { 'payload."': ['6'] } })).toEqual(['1']);
    });

    it('shows events of apps one level deep, unless asked otherwise', async () => {
      await store(
        { id: 'root' },
        { id: 'one', source: { appInstanceDepth: 1 } },
        { id: 'two', source: { appInstanceDepth: 2 } },
      );
      expect(await ids()).toEqual(['root', 'one']);
      expect(await ids({ appInstanceDepth: 2 })).toEqual(['root', 'one', 'two']);
      expect(await ids({ appInstanceDepth: 0 })).toEqual(['root']);
      expect(await ids({ fields: { 'source.appInstanceDepth': ['2'] } })).toEqual(['two']);
    });

    it('searches text: words, phrases, beginnings, alternatives, exclusions', async () => {
      await store(
        { id: '1', payload: { note: 'The quick brown fox' } },
        { id: '2', payload: { note: 'A slow brown bear' } },
        { id: '3', payload: { note: 'Grüße aus Köln' } },
      );
      expect(await ids({ text: 'brown' })).toEqual(['1', '2']);
      expect(await ids({ text: 'brown FOX' })).toEqual(['1']);
      expect(await ids({ text: '"brown fox"' })).toEqual(['1']);
      expect(await ids({ text: '"fox brown"' })).toEqual([]);
      expect(await ids({ text: 'bro* -bear' })).toEqual(['1']);
      expect(await ids({ text: 'brown NOT bear' })).toEqual(['1']);
      expect(await ids({ text: 'fox OR bear' })).toEqual(['1', '2']);
      expect(await ids({ text: 'grüße' })).toEqual(['3']);
      expect(await ids({ text: '" ( AND' })).toEqual([]);
      expect(await ids({ text: 'payload.note:Gr*' })).toEqual(['3']);
      expect(await ids({ text: '(fox OR bear) AND brown -slow' })).toEqual(['1']);
      expect(await ids({ text: `fox" OR rowid:2 )` })).toEqual(['1']);
      await store({ id: '4', payload: { note: 'another fox' } });
      expect(await ids({ text: 'fox', fields: { 'payload.note': ['ano*'] } })).toEqual(['4']);
    });

    it('searches values that are nested deeper than stores can take apart', async () => {
      const deep = JSON.parse(`${'['.repeat(1_500)}"found"${']'.repeat(1_500)}`) as Json;
      await store({ id: '1', payload: { deep } }, { id: '2' });
      expect(await ids({ fields: { 'payload.deep': ['found'] } })).toEqual(['1']);
      expect(await ids({ text: 'found' })).toEqual(['1']);
    });

    it('fills the pages of a reader with what it may see', async () => {
      const mine = (n: number) => ({ id: `mine-${n}`, createdAt: at(n), source: { userId: 'u', sessionId: 's' } });
      const others = (n: number) => ({ id: `other-${n}`, createdAt: at(n), source: { userId: 'x' } });
      for (let n = 0; n < 5; n++) await store(mine(n), others(n), { createdAt: at(n), type: 'native' });
      await store({ id: 'told', createdAt: at(9), source: { userId: 'x' }, target: { userTopic: 't' } });
      const reader = { userId: 'u', sessionId: 's', topics: new Set(['t']) };
      expect(await ids({ reader, limit: 4, sort: 'desc' })).toEqual(['told', 'mine-4', 'mine-3', 'mine-2']);
      expect(await ids({ reader, limit: 4, page: 1, sort: 'desc' })).toEqual(['mine-1', 'mine-0']);
      expect(await ids({ reader: { topics: new Set() } })).toEqual([]);
    });

    it('goes on behind a hit, whatever comes meanwhile', async () => {
      for (let n = 0; n < 6; n++) await store({ id: `${n}`, createdAt: at(n % 3), payload: { n } });
      const search = parseSearch({ query: { match_all: {} }, limit: 2, track_total_hits: true }, SEARCH);
      const found: string[] = [];
      for (let after: Found<Event>['last']; ;) {
        const { hits, last, total } = await opened.history.find('acme', { ...search, ...(after && { after }) });
        found.push(...hits.map(({ id }) => id));
        if (!last) break;
        after = last;
        await store({ id: `new-${total}`, createdAt: at(9) });
      }
      expect(found).toEqual(['5', '2', '4', '1', '3', '0']);
    });

    it('keeps workspaces apart, and forgets one', async () => {
      await store({ id: '1' }, { id: '2', source: { workspaceId: 'Acme' } });
      expect(await opened.history.workspaces()).toEqual(['Acme', 'acme']);
      expect(await ids({ text: 'world' }, 'Acme')).toEqual(['2']);
      expect(await opened.history.deleteWorkspace('Acme')).toBe(1);
      expect(await opened.history.workspaces()).toEqual(['acme']);
      expect(await ids()).toEqual(['1']);
    });

    it('deletes what is older than a date', async () => {
      await store(
        { id: '1', createdAt: at(1), payload: { w: 'word' } },
        { id: '2', createdAt: at(2), payload: { w: 'word' } },
      );
      expect(await ids({ text: 'word' })).toEqual(['1', '2']);
      expect(await opened.history.deleteBefore(at(2))).toBe(1);
      expect(await ids()).toEqual(['2']);
      expect(await ids({ text: 'word' })).toEqual(['2']);
    });
  });
}
