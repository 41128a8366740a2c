import type { RunFactsNote, RunNote, RunStatus } from '../../core/run/run-note';
import type { WaitNote } from '../../core/run/wait-notes';
import type { PositionedNote, RunIndex, RunQuery } from '../../ports/run-index';

export interface OpenRunIndex {
  readonly index: RunIndex;
  /** Moves the clock of the index. */
  at(ms: number): void;
  close(): Promise<void>;
}

export const facts = (over: Partial<RunFactsNote> = {}): RunFactsNote => ({
  automation: 'hello',
  release: 'r:1',
  trigger: { type: 'event', value: 'order.placed', id: 'e1' },
  correlationId: 'corr',
  depth: 0,
  userId: 'ada',
  startedAt: 1_000,
  ...over,
});

export const eventWait = (over: Partial<WaitNote> = {}): WaitNote => ({
  kind: 'event',
  since: 1_000,
  until: 61_000,
  at: { automation: 'hello', node: 'n1' },
  events: [{ type: 'order.paid', filters: { 'payload.id': 7 } }],
  sentence: 'waits for `order.paid`',
  ...over,
});

const run = 'acme/hello/1';

/** The first note of a run, unless told otherwise. */
export const aNote = (over: Partial<RunNote> = {}): RunNote => ({
  run,
  workspaceId: 'acme',
  engineRunId: 'engine-1',
  start: facts(),
  status: 'running',
  at: 1_000,
  waits: [],
  waitCount: 0,
  ...over,
});

const later = (over: Partial<RunNote>): RunNote => {
  const { start: _, ...note } = aNote(over);
  return note;
};

export const parked = (over: Partial<RunNote> = {}): RunNote =>
  aNote({ status: 'waiting', waits: [eventWait()], waitCount: 1, ...over });

export function runIndexContract(driver: string, open: () => Promise<OpenRunIndex>): void {
  describe(`RunIndex: ${driver}`, () => {
    let opened: OpenRunIndex;
    let index: RunIndex;
    let position = 0;
    beforeEach(async () => {
      opened = await open();
      index = opened.index;
      position = 0;
    });
    afterEach(() => opened.close());
    const positioned = (notes: readonly RunNote[]): PositionedNote[] =>
      notes.map((note) => ({ position: ++position, note }));
    const apply = (...notes: RunNote[]) => index.apply(positioned(notes));
    const list = async (query: Partial<RunQuery> = {}) => {
      const { runs } = await index.list('acme', { sort: 'started', limit: 50, ...query });
      return runs.map((one) => one.run.slice('acme/hello/'.length));
    };
    const many = (count: number, of: (n: number) => Partial<RunNote>) =>
      apply(
        ...Array.from({ length: count }, (_, n) =>
          aNote({ run: `acme/hello/${n}`, start: facts({ startedAt: 1_000 + n }), ...of(n) }),
        ),
      );

    describe('notes', () => {
      it('tell what runs, why it waits, and how it ended', async () => {
        await apply(parked());
        expect(await index.get('acme', run)).toEqual({
          ...{ run, workspaceId: 'acme', engineRunId: 'engine-1', status: 'waiting', throttledMs: 0, waitCount: 1 },
          ...{ ...facts(), waits: [eventWait()] },
        });
        await apply(later({ status: 'done', at: 5_000, output: { ok: true } }));
        expect(await index.get('acme', run)).toMatchObject({
          ...{ status: 'done', closedAt: 5_000, waits: [], waitCount: 0, output: { ok: true } },
        });
      });

      it('tell where a run failed', async () => {
        const error = { error: 'FetchError', message: 'no', at: { automation: 'hello', node: 'n3' } };
        await apply(aNote({ status: 'failed', error }));
        expect((await index.get('acme', run))?.error).toEqual(error);
      });

      it('that come again, or late, change nothing', async () => {
        const [first, second] = positioned([parked({ throttledMs: 5 }), later({ status: 'done', at: 2_000 })]);
        if (!first || !second) throw new Error('cannot happen');
        await index.apply([first, second]);
        const before = await index.get('acme', run);
        await index.apply([first]);
        await index.apply([first, second]);
        expect(await index.get('acme', run)).toEqual(before);
        expect(before?.throttledMs).toBe(5);
      });

      it('add up what limits have cost', async () => {
        await apply(aNote({ throttledMs: 5 }), later({ throttledMs: 7 }));
        await apply(later({ throttledMs: 1 }));
        expect((await index.get('acme', run))?.throttledMs).toBe(13);
      });

      it('of a run that a reset has opened again open it', async () => {
        await apply(aNote({ status: 'failed', error: { error: 'FetchError', message: 'no' } }));
        await apply(parked({ engineRunId: 'engine-2', start: undefined }));
        const found = await index.get('acme', run);
        expect(found).toMatchObject({ status: 'waiting', engineRunId: 'engine-2', waitCount: 1 });
        expect(found).not.toHaveProperty('error');
        expect(found).not.toHaveProperty('closedAt');
      });

      it('keep what was answered while the run goes on', async () => {
        await apply(aNote({ output: { a: 1 } }), parked({ start: undefined }));
        expect(await index.get('acme', run)).toMatchObject({ status: 'waiting', output: { a: 1 } });
      });
    });

    it('shows a run in its own workspace only', async () => {
      await apply(aNote());
      expect(await index.get('other', run)).toBeNull();
      expect((await index.list('other', { sort: 'started', limit: 10 })).runs).toEqual([]);
    });

    describe('lists', () => {
      beforeEach(() =>
        apply(
          aNote({ run: 'acme/hello/done', status: 'done', at: 9_000, start: facts({ startedAt: 1_000 }) }),
          parked({
            run: 'acme/hello/paid',
            start: facts({ startedAt: 2_000, correlationId: 'c2', userId: undefined }),
          }),
          aNote({
            ...{ run: 'acme/hello/call', status: 'waiting', waitCount: 1 },
            waits: [
              { kind: 'fetch', since: 500, sentence: '', call: { id: 'c', method: 'GET', host: 'api.example.org' } },
            ],
            start: facts({ startedAt: 3_000, automation: 'nlu.parse', trigger: { type: 'endpoint', value: 'x' } }),
          }),
          aNote({
            ...{ run: 'acme/hello/failed', status: 'failed', at: 4_500, error: { error: 'FetchError', message: 'm' } },
            start: facts({ startedAt: 4_000, release: 'r:2' }),
          }),
        ),
      );

      it.each<[string, Partial<RunQuery>, string[]]>([
        ['everything, newest first', {}, ['failed', 'call', 'paid', 'done']],
        ['by status', { status: ['waiting'] }, ['call', 'paid']],
        ['by several statuses', { status: ['done', 'failed'] }, ['failed', 'done']],
        ['by automation', { automation: ['nlu.parse'] }, ['call']],
        ['by several automations', { automation: ['nlu.parse', 'hello'] }, ['failed', 'call', 'paid', 'done']],
        ['by correlation id', { correlationId: 'c2' }, ['paid']],
        ['by user', { userId: 'ada' }, ['failed', 'call', 'done']],
        ['by release', { release: 'r:2' }, ['failed']],
        ['by error', { error: 'FetchError' }, ['failed']],
        ['by trigger', { trigger: 'event:order.placed' }, ['failed', 'paid', 'done']],
        ['by type of trigger', { trigger: 'endpoint' }, ['call']],
        ['by the event waited for', { waitsFor: 'order.paid' }, ['paid']],
        ['by the host of a call', { waitsFor: 'api.example.org' }, ['call']],
        ['by kind of wait', { waitsFor: 'fetch' }, ['call']],
        ['from a date on', { startedFrom: 3_000 }, ['failed', 'call']],
        ['up to a date', { startedTo: 3_000 }, ['paid', 'done']],
        ['waiting since before', { waitingBefore: 900 }, ['call']],
        ['several filters together', { status: ['waiting'], userId: 'ada', startedFrom: 2_500 }, ['call']],
        ['nothing', { status: ['waiting'], error: 'FetchError' }, []],
        ['the longest waiting first', { sort: 'waiting' }, ['call', 'paid']],
        ['the longest first', { sort: 'duration' }, ['done', 'failed']],
        ['the longest first, filtered', { sort: 'duration', status: ['failed'], error: 'FetchError' }, ['failed']],
        ['the longest waiting first, filtered', { sort: 'waiting', waitsFor: 'order.paid' }, ['paid']],
      ])('%s', async (_, query, expected) => {
        expect(await list(query)).toEqual(expected);
      });

      it('finds nothing by what was waited for once', async () => {
        await apply(later({ run: 'acme/hello/paid', status: 'done', at: 3_000 }));
        expect(await list({ waitsFor: 'order.paid' })).toEqual([]);
      });
    });

    it.each<[string, Partial<RunQuery>]>([
      ['all', {}],
      ['one status', { status: ['waiting'] }],
      ['several statuses', { status: ['waiting', 'done'] }],
      ['what is waited for', { waitsFor: 'order.paid' }],
      ['by waiting', { sort: 'waiting' }],
      ['by duration', { sort: 'duration' }],
    ])('pages of %s hold each run once, also where many are equal', async (_, query) => {
      await many(90, (n) =>
        n % 2 === 0
          ? parked({ run: `acme/hello/${n}`, start: facts({ startedAt: 1_000 + (n % 3) }) })
          : { status: 'done', at: 3_000, start: facts({ startedAt: 1_000 + (n % 3) }) },
      );
      const all = await index.list('acme', { sort: 'started', limit: 500, ...query });
      const paged: string[] = [];
      let after: RunQuery['after'];
      for (;;) {
        const page = await index.list('acme', { sort: 'started', limit: 7, ...query, ...(after && { after }) });
        paged.push(...page.runs.map((one) => one.run));
        if (!page.next) break;
        after = page.next;
      }
      expect(paged).toEqual(all.runs.map((one) => one.run));
      expect(new Set(paged).size).toBe(paged.length);
      expect(all.total).toEqual({ value: paged.length, relation: 'eq' });
      expect(paged.length).toBeGreaterThan(40);
    });

    it('counts up to a thousand', async () => {
      await many(1_001, () => ({}));
      const { total, runs } = await index.list('acme', { sort: 'started', limit: 10 });
      expect(total).toEqual({ value: 1_000, relation: 'gte' });
      expect(runs).toHaveLength(10);
    });

    describe('corrections', () => {
      const correction = (status: RunStatus, over: object = {}) => ({
        ...{ run, workspaceId: 'acme', engineRunId: 'engine-1', status, ...over },
      });

      it('add a run that nothing was heard of, and pass over one without facts', async () => {
        expect(await index.correct([correction('running')])).toBe(0);
        expect(await index.correct([correction('running', { facts: facts() })])).toBe(1);
        await apply(parked({ start: facts({ startedAt: 1_234 }) }));
        // When it started is what the engine said.
        expect(await index.get('acme', run)).toMatchObject({ status: 'waiting', startedAt: 1_000, waitCount: 1 });
      });

      it('end a run, and are not undone by notes from before', async () => {
        await apply(parked());
        const error = { error: 'RunTerminated', message: 'by hand' };
        expect(await index.correct([correction('terminated', { closedAt: 9_000, error })])).toBe(1);
        expect(await index.get('acme', run)).toMatchObject({ status: 'terminated', closedAt: 9_000, waits: [], error });
        expect(await list({ waitsFor: 'order.paid' })).toEqual([]);
        expect(await index.correct([correction('terminated', { closedAt: 9_000, error })])).toBe(0);
      });

      it('leave alone what was heard of meanwhile', async () => {
        opened.at(10);
        await apply(parked());
        opened.at(20);
        await apply(later({ status: 'done', at: 2_000 }));
        expect(await index.correct([correction('terminated', { heardAt: 10 })])).toBe(0);
        expect(await index.correct([correction('terminated', { heardAt: 20 })])).toBe(1);
      });

      it('block a run, and free it with its waits', async () => {
        await apply(parked());
        const blocked: WaitNote = { kind: 'blocked', since: 500, sentence: 'is blocked' };
        expect(await index.correct([correction('blocked', { blocked })])).toBe(1);
        expect(await list({ waitsFor: 'blocked' })).toEqual(['1']);
        expect((await index.get('acme', run))?.waits[0]).toEqual(blocked);
        expect(await index.correct([correction('waiting')])).toBe(1);
        expect(await index.get('acme', run)).toMatchObject({ status: 'waiting', waits: [eventWait()], waitCount: 1 });
        expect(await list({ waitsFor: 'blocked' })).toEqual([]);
      });
    });

    it('tells states, open runs and how many there are', async () => {
      opened.at(77);
      await apply(parked(), aNote({ run: 'acme/hello/2', status: 'done' }), parked({ run: 'acme/hello/3' }));
      expect(await index.states([run, 'acme/hello/2', 'acme/hello/none'])).toEqual(
        new Map([
          [run, { status: 'waiting', engineRunId: 'engine-1', heardAt: 77, waitCount: 1 }],
          ['acme/hello/2', { status: 'done', engineRunId: 'engine-1', heardAt: 77, waitCount: 0 }],
        ]),
      );
      expect((await index.open(null, 1)).map((one) => one.run)).toEqual([run]);
      expect((await index.open(run, 9)).map((one) => one.run)).toEqual(['acme/hello/3']);
      expect(await index.counts()).toEqual([
        { workspaceId: 'acme', status: 'done', runs: 1 },
        { workspaceId: 'acme', status: 'waiting', runs: 2 },
      ]);
    });

    it('forgets closed runs, never open ones', async () => {
      await apply(aNote({ run: 'acme/hello/kept', status: 'done', at: 2_000 }));
      await many(120, () => ({ status: 'done', at: 1_500 }));
      await apply(parked());
      expect(await index.sweep(1_600)).toBe(119);
      expect(await list()).toEqual(['1', 'kept']);
      expect(await index.sweep(1_600)).toBe(0);
    });
  });
}
