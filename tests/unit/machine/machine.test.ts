import type { ProgramSet } from '../../../shared/core/automation/program';
import type { Event } from '../../../shared/core/events/event';
import { advance, startRun } from '../../../shared/core/run/advance';
import { contextOwners } from '../../../shared/core/run/context-owners';
import { describeWaiting } from '../../../shared/core/run/describe-waiting';
import { skeletonHash } from '../../../shared/core/run/ids';
import { callsOpen, openWaits, parkedUntil, timers } from '../../../shared/core/run/open-waits';
import { isLive, orderItems } from '../../../shared/core/run/order-items';
import type { Advanced, Item, StartInput, State, Step, Turn } from '../../../shared/core/run/types';
import { anEvent, aStart } from '../../../shared/testing/builders';
import { buildProgram, link, type Instruction } from '../../../shared/testing/random-programs/build-program';

const NOON = Date.UTC(2026, 2, 1, 12);
const lit = (v: string | number | null) => ({ t: 'lit' as const, v });
const at = (...p: string[]) => ({ t: 'at' as const, p });
const set = (name: string, value: number | string): Instruction => ({
  op: { op: 'set', name: at(...name.split('.')), value: lit(value), mode: 'replace' },
});
const wait = (event: string, timeout: number): Instruction => ({
  op: { op: 'wait', oneOf: [{ event: lit(event) }], timeout: lit(timeout), output: at(event) },
});
const fetch = (url: string): Instruction => ({ op: { op: 'fetch', url: lit(url), output: at('answer') } });
const all = (...branches: Instruction[]): Instruction => ({ op: { op: 'all' }, lists: [branches] });

const programsOf = (...body: Instruction[]): ProgramSet => ({
  release: 'r:1',
  automations: { hello: link(buildProgram('hello', body, { t: 'var', p: ['w'] })) },
  config: {},
});

const first = (input: Partial<StartInput> = {}): Turn => ({ n: 0, now: NOON, items: [{ start: aStart(input) }] });
const begin = (programs: ProgramSet, input?: Partial<StartInput>): Advanced =>
  advance(programs, startRun('acme/hello/1'), first(input));
const idOf = (state: State, i = 0): string => {
  const park = state.fibres.flatMap((fibre) => (fibre.park && 'id' in fibre.park ? [fibre.park] : []))[i];
  if (park === undefined) throw new Error('nothing is parked');
  return park.id;
};
const comes = (waitId: string, event: Event = anEvent({ type: 'go' })): Item => ({ event: { waitId, event } });

describe('advance', () => {
  it('changes none of its arguments', () => {
    const programs = programsOf(set('o.x', 1), wait('go', 5), set('o.x', 2), set('global.x', 3));
    const input = { args: { o: { x: 0 } } };
    const turn = first(input);
    const before = JSON.stringify([programs, turn]);
    const parked = advance(programs, startRun('acme/hello/1'), turn);
    const state = JSON.stringify(parked.state);
    const next = { n: 1, now: NOON + 1, items: [comes(idOf(parked.state))] };
    advance(programs, parked.state, next);
    expect(JSON.stringify(parked.state)).toBe(state);
    expect(JSON.stringify([programs, turn])).toBe(before);
  });

  it('mints ids from the run, its generation, the turn and the place in it, and nothing else', () => {
    const ids = (key: string, gen: number) =>
      advance(programsOf(wait('go', 5)), startRun(key, gen), first()).commands.map((c) =>
        c.kind === 'emit' ? c.event.id : c.kind === 'wait' && 'open' in c.change ? c.change.open.id : '',
      );
    const all_ = [ids('a/b/1', 0), ids('a/b/2', 0), ids('a/b/1', 1)].flat();
    expect(new Set(all_).size).toBe(all_.length);
    expect(ids('a/b/1', 0)).toEqual(ids('a/b/1', 0));
  });

  it('ignores what comes for a wait that is over, and a second item for the same one', () => {
    const programs = programsOf(wait('go', 5), wait('stop', 5));
    const one = begin(programs).state;
    const id = idOf(one);
    const turn = { n: 1, now: NOON + 5000, items: [comes(id), { timer: id }, comes('nobody')] };
    const two = advance(programs, one, turn);
    expect(two.commands.filter(({ kind }) => kind === 'wait')).toHaveLength(2);
    expect(two.state.fibres[0]?.park).toMatchObject({ kind: 'wait', wait: { oneOf: [{ event: 'stop' }] } });
    const three = advance(programs, two.state, { n: 2, now: NOON + 5001, items: [comes(id), { timer: id }] });
    expect(three.commands).toEqual([]);
    expect(skeletonHash(three.state)).toBe(skeletonHash(two.state));
  });

  it('yields when the steps of a turn are used up, and goes on when that is flushed', () => {
    const programs = programsOf({ op: { op: 'repeat', until: lit(10) }, lists: [[set('a', 1)]] });
    const limits = { ...aStart().limits, stepsPerTurn: 8 };
    const one = begin(programs, { limits });
    const { yielded } = one.state;
    expect(one.steps).toBe(8);
    expect(one.outcome).toBeUndefined();
    expect(one.commands).toContainEqual({ kind: 'yield', commandId: yielded });
    const flushed = (commandId = ''): Item => ({ flushed: { commandId } });
    const stays = advance(programs, one.state, { n: 1, now: NOON, items: [flushed('other')] });
    expect(stays.steps).toBe(0);
    const two = advance(programs, stays.state, { n: 2, now: NOON, items: [flushed(yielded)] });
    expect(two.steps).toBe(8);
    const three = advance(programs, two.state, { n: 3, now: NOON, items: [flushed(two.state.yielded)] });
    expect(three.outcome).toEqual({ kind: 'done', output: {} });
    expect(one.steps + two.steps + three.steps).toBe(21);
  });

  it('tells an observer of each instruction, and counts them', () => {
    const programs = programsOf(set('a', 1), wait('go', 5), set('b', 2));
    const digest = programs.automations['hello']?.digest ?? '';
    const seen: Step[] = [];
    const observe = (step: Step) => void seen.push(step);
    const one = advance(programs, startRun('k'), first(), { observe });
    const two = advance(programs, one.state, { n: 1, now: NOON, items: [comes(idOf(one.state))] }, { observe });
    expect(seen.map(({ node, phase }) => `${node} ${phase}`)).toEqual([
      'n0 enter',
      'n1 enter',
      'n1 resume',
      'n2 enter',
    ]);
    expect(one.hits).toEqual({ [`${digest}/n0`]: 1, [`${digest}/n1`]: 1 });
    expect(two.hits).toEqual({ [`${digest}/n2`]: 1 });
  });

  it('throws what is no error of ours, and leaves the state as it was', () => {
    const programs = programsOf(set('a', 1));
    const bug = () => {
      throw new TypeError('a bug');
    };
    expect(() => advance(programs, startRun('k'), first(), { observe: bug })).toThrow(TypeError);
  });

  it('refuses a turn of another number, and items in the middle of one', () => {
    const programs = programsOf(set('a', 1), set('b', 1));
    expect(() => advance(programs, startRun('k'), { n: 1, now: NOON, items: [] })).toThrow('turn 1');
    const cut = advance(programs, startRun('k'), first(), { maxSteps: 1 });
    expect(cut.cut).toBe(true);
    expect(() => advance(programs, cut.state, first())).toThrow('middle of a turn');
  });

  it('refuses programs that are not those of the state', () => {
    const one = begin(programsOf(wait('go', 5)));
    const other = programsOf(wait('go', 6));
    expect(() => advance(other, one.state, { n: 1, now: NOON, items: [] })).toThrow("the run's programs lack hello");
  });

  it('answers an unknown automation and a chain that is too long', () => {
    const unknown = begin(programsOf(), { automation: 'constructor' });
    expect(unknown.outcome).toMatchObject({ kind: 'failed', status: 404, error: { error: 'ObjectNotFoundError' } });
    const deep = begin(programsOf(), { depth: 21 });
    expect(deep.outcome).toMatchObject({ kind: 'failed', status: 400, error: { error: 'TooManyCallError' } });
    expect(deep.commands.filter(({ kind }) => kind === 'emit')).toHaveLength(1);
    expect(begin(programsOf(), { depth: 20 }).outcome).toMatchObject({ kind: 'done' });
  });

  it('announces a start, and gives a schedule its own event as arguments', () => {
    const announce = ['interaction', 'schedule'] as const;
    const trigger = { type: 'schedule', value: '0 9 * * *' } as const;
    const { correlationId: _none, ...input } = aStart({ announce, trigger, args: {} });
    const programs = programsOf(wait('go', 5));
    const one = advance(programs, startRun('acme/hello/1'), { n: 0, now: NOON, items: [{ start: input }] });
    const [interaction, schedule] = one.commands.flatMap((c) => (c.kind === 'emit' ? [c.event] : []));
    expect(interaction?.payload).toMatchObject({ workspaceId: 'acme', automation: 'hello', trigger });
    expect(schedule?.payload).toEqual({ workspaceId: 'acme', automationSlug: 'hello', schedule: '0 9 * * *' });
    expect(Object.values(one.state.scopes)[0]?.locals).toMatchObject({
      id: interaction?.id,
      payload: interaction?.payload,
    });
    expect(one.state.run.correlationId).toBe(startRun('acme/hello/1').run.correlationId);
  });

  it('takes contexts that come with the start of a schedule before the first instruction', () => {
    const copy: Instruction = {
      op: { op: 'set', name: at('w'), value: { t: 'var', p: ['global', 'x'] }, mode: 'replace' },
    };
    const woken = { contexts: { global: { owner: 'global', version: 4, value: { x: 7 } } } };
    const turn = { n: 0, now: NOON, items: [{ woken }, { start: aStart() }] };
    expect(advance(programsOf(copy), startRun('k'), turn).outcome).toEqual({ kind: 'done', output: 7 });
  });
});

describe('patches that the store had no room for', () => {
  const programs = programsOf(set('global.a', 'long'), wait('go', 5), set('w', 'done'));
  const limits = { ...aStart().limits, contextsMaxBytes: 20 };
  const contexts = { global: { owner: 'global', version: 0, value: {}, usedBytes: 0 } };
  const patch = { context: 'global', path: ['a'], usedBytes: 15, sizeBytes: 12, limitBytes: 20 } as const;
  const refused: Item = { refused: { flush: 0, patches: [patch, { ...patch, path: ['b'] }] } };
  const woken: Item = {
    woken: { contexts: { global: { owner: 'global', version: 1, value: {} } }, usedBytes: 15 },
  };

  it('are undone in the run, and told of once for each context', () => {
    const parked = begin(programs, { limits, contexts });
    expect(parked.state.contexts.global?.value).toEqual({ a: 'long' });
    expect(parked.state.usedBytes).toBe(12);
    expect(isLive(refused, parked.state)).toBe(true);
    const next = advance(programs, parked.state, { n: 1, now: NOON, items: [refused, woken] });
    expect(next.state.contexts.global?.value).toEqual({});
    expect(next.state.usedBytes).toBe(15);
    const sent = next.commands.flatMap((c) => (c.kind === 'emit' ? [c.event] : []));
    expect(sent.map(({ type }) => type)).toEqual(['runtime.contexts.failed', 'error']);
    expect(sent[0]?.payload).toEqual({
      error: 'ContextsLimitError',
      message: expect.stringMatching(/27 of 20 bytes.*`global\.a`.*delete.*CONTEXTS_MAX_SIZE_KB/) as string,
      details: { ...patch, path: 'a' },
    });
    expect(sent[1]?.payload).toEqual(sent[0]?.payload);
    const again = advance(programs, next.state, { n: 2, now: NOON, items: [refused] });
    expect(again.commands).toEqual([]);
  });

  it('are nothing to a run that is over', () => {
    const over = begin(programsOf(set('global.a', 'long')), { limits, contexts });
    expect(isLive(refused, over.state)).toBe(false);
  });
});

describe('speed', () => {
  it('takes 100,000 turns of a loop in well under two seconds', () => {
    const count: Instruction = {
      op: {
        op: 'set',
        name: at('c'),
        value: { t: 'expr', e: { t: '+', l: { t: 'var', p: ['c'] }, r: { t: 'lit', v: 1 } } },
        mode: 'replace',
      },
    };
    const programs = programsOf(set('c', 0), { op: { op: 'repeat', until: lit(100_000) }, lists: [[count]] });
    const limits = { ...aStart().limits, stepsPerTurn: 1_000_000 };
    const before = performance.now();
    const { outcome, steps } = begin(programs, { limits });
    expect(outcome?.kind).toBe('done');
    expect(steps).toBe(200_002);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe('items', () => {
  const programs = programsOf(all(wait('go', 9), fetch('https://a.test'), wait('stop', 3), fetch('https://b.test')));
  const { state } = begin(programs);
  const [go, callA, stop, callB] = [0, 1, 2, 3].map((i) => idOf(state, i)) as [string, string, string, string];
  const result = (commandId: string): Item => ({
    result: { commandId, outcome: { ok: 1 }, attempts: 1, ms: 1 },
  });
  const chunk = (index: number): Item => ({ chunk: { commandId: callA, index, chunks: [] } });

  it('are taken in one order, whatever the order in which they came', () => {
    const ordered: Item[] = [
      { start: aStart() },
      { woken: { contexts: {} } },
      { cancel: { reason: 'x' } },
      { move: { id: 'm', release: 'r' } },
      comes(stop),
      comes(go),
      result(callA),
      result(callB),
      chunk(0),
      chunk(1),
      { flushed: { commandId: 'c' } },
      { timer: stop },
      { timer: go },
    ];
    const kinds = (items: readonly Item[]) => items.map((item) => JSON.stringify(item));
    // Events keep the order of their arrival, so they are not turned round.
    const [events, others] = [ordered.filter((item) => 'event' in item), ordered.filter((item) => !('event' in item))];
    expect(kinds(orderItems([...others.reverse(), ...events], state))).toEqual(kinds(ordered));
    expect(kinds(orderItems([...events, ...others.reverse()], state))).toEqual(kinds(ordered));
  });

  it('are live while their target is parked', () => {
    expect(
      [comes(go), { timer: go }, result(callA), chunk(0), { cancel: { reason: 'x' } }].map((item) =>
        isLive(item, state),
      ),
    ).toEqual([true, true, true, true, true]);
    expect(
      [
        comes(callA),
        { timer: callA },
        result(go),
        comes('other'),
        { flushed: { commandId: 'c' } },
        { move: { id: 'm', release: 'r' } },
        { start: aStart() },
      ].map((item) => isLive(item, state)),
    ).toEqual([false, false, false, false, false, false, false]);
    expect(isLive({ start: aStart() }, startRun('k'))).toBe(true);
  });
});

describe('a parked run', () => {
  const programs = programsOf(
    all(
      {
        op: {
          op: 'wait',
          oneOf: [
            { event: lit('order.paid'), filters: { t: 'object', e: [['payload.id', lit(7)]] } },
            { event: lit('order.dropped') },
          ],
          timeout: lit(3600),
        },
      },
      { op: { op: 'sleep', seconds: lit(86_400) } },
      fetch('https://user:secret@api.test/v1/orders?key=secret'),
    ),
  );
  const { state } = begin(programs);

  it('says in a sentence what it waits for', () => {
    expect(describeWaiting(state)).toBe(
      'waits for `order.paid` where payload.id = 7 or `order.dropped` since 12:00, until 13:00; ' +
        'sleeps until 2026-03-02 12:00; calls GET api.test/v1/orders since 12:00',
    );
    expect(describeWaiting(startRun('k'))).toBe('');
  });

  it('names its timers, waits and calls', () => {
    expect(timers(state).map(({ deadline }) => deadline - NOON)).toEqual([3_600_000, 86_400_000]);
    expect(openWaits(state)).toEqual([
      {
        open: {
          id: idOf(state),
          workspaceId: 'acme',
          until: NOON + 3_600_000,
          oneOf: [{ event: 'order.paid', filters: { 'payload.id': 7 } }, { event: 'order.dropped' }],
        },
      },
    ]);
    expect(parkedUntil(state)).toBe(NOON + 86_400_000);
    expect(callsOpen(state)).toBe(true);
    expect([parkedUntil(startRun('k')), callsOpen(startRun('k'))]).toEqual([undefined, false]);
  });

  it('has a skeleton that tells where it stands, without its values', () => {
    const other = begin(programs, { args: { body: { name: 'other' } } }).state;
    expect(skeletonHash(other)).toBe(skeletonHash(state));
    const woken = advance(programs, state, {
      n: 1,
      now: NOON,
      items: [comes(idOf(state), anEvent({ type: 'order.paid' }))],
    });
    expect(skeletonHash(woken.state)).not.toBe(skeletonHash(state));
  });

  it('closes its waits and answers its caller when it is cancelled', () => {
    const next = advance(programs, state, { n: 1, now: NOON, items: [{ cancel: { reason: 'operator' } }] });
    expect(next.outcome).toEqual({ kind: 'cancelled', reason: 'operator' });
    expect(next.commands).toContainEqual({ kind: 'wait', change: { close: idOf(state) } });
    expect(next.commands.at(-1)).toMatchObject({ kind: 'answer', part: { end: { status: 409 } } });
    expect(next.state.fibres).toEqual([]);
  });
});

describe('owners of contexts', () => {
  it.each([
    [{}, { user: null, session: 'session:corr', socket: 'socket:corr' }],
    [{ userId: 'u' }, { user: 'user:u', session: 'session:u', socket: 'socket:u' }],
    [
      { userId: 'u', sessionId: 's' },
      { user: 'user:u', session: 'session:s', socket: 'socket:s' },
    ],
    [
      { sessionId: 's', socketId: 'k' },
      { user: null, session: 'session:s', socket: 'socket:k' },
    ],
  ])('of %j', (identity, owners) => {
    expect(contextOwners(identity, 'corr')).toEqual({ global: 'global', run: 'run:corr', ...owners });
  });

  it('are those of the new user after a switch, whose contexts are asked for before the run goes on', () => {
    const switching = programsOf(set('user.id', 'other'), set('user.x', 1));
    const one = begin(switching, { identity: { userId: 'u1', sessionId: 's1', socketId: 'k', email: 'a@b.c' } });
    expect(one.state.contexts.user).toEqual({ owner: 'user:other', version: -1, value: {} });
    expect(one.state.contexts.session).toEqual({ owner: 'session:other', version: -1, value: {} });
    expect(one.state.contexts.socket?.owner).toBe('socket:k');
    expect(one.state.identity).toEqual({ userId: 'other', sessionId: 'other', socketId: 'k' });
    expect(one.state.run.origin.userId).toBe('u1');
    expect(one.commands.some(({ kind }) => kind === 'patch')).toBe(false);
    const contexts = { user: { owner: 'user:other', version: 3, value: { y: 2 } } };
    const items: Item[] = [{ woken: { contexts } }, { flushed: { commandId: one.state.yielded ?? '' } }];
    const two = advance(switching, one.state, { n: 1, now: NOON, items });
    expect(two.commands).toContainEqual({
      kind: 'patch',
      patch: { context: 'user', owner: 'user:other', op: 'replace', path: ['x'], value: 1 },
    });
    expect(two.state.contexts.user?.value).toEqual({ y: 2, x: 1 });
  });
});
