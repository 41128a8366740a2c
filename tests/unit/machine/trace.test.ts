import type { ProgramSet } from '../../../shared/core/automation/program';
import { advance, startRun } from '../../../shared/core/run/advance';
import type { TraceRecord } from '../../../shared/core/run/flush';
import { flushId, skeletonHash } from '../../../shared/core/run/ids';
import { partsOf } from '../../../shared/core/trace/parts';
import { reconstruct } from '../../../shared/core/trace/reconstruct';
import { toRecord } from '../../../shared/core/trace/to-record';
import { verify } from '../../../shared/core/trace/verify';
import { traceOf } from '../../../shared/testing/virtual-time/trace-of';
import { playWorld } from './cut-anywhere';

const SEED = 815;
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

interface Played {
  readonly programs: ProgramSet;
  readonly records: readonly TraceRecord[];
}

function played(seed: number): Played {
  const { programs, run } = playWorld(seed);
  return { programs, records: throughJson(traceOf(run)) };
}

describe('a trace', () => {
  it('fed back through the machine gives the same events, calls, waits, patches and answer', () => {
    for (let seed = SEED; seed < SEED + 100; seed++) {
      const { programs, records } = played(seed);
      expect(verify(records, programs)).toEqual([]);
    }
  });

  it('gives back the state after each flush', () => {
    const { programs, run } = playWorld(SEED);
    const records = throughJson(traceOf(run));
    for (const { turn, next } of run.turns) {
      expect(reconstruct(records, programs, { gen: 0, flush: turn.n })?.state).toEqual(next.state);
    }
    expect(reconstruct(records, programs)?.state).toEqual(run.state);
    expect(reconstruct(records, programs, { gen: 3, flush: 0 })).toBeUndefined();
  });

  it.each<readonly [string, (record: TraceRecord) => TraceRecord | undefined, string]>([
    ['another payload', swapEvent((event) => [event[0], event[1], 'h:other']), 'events'],
    ['another id of an event', swapEvent((event) => ['other', event[1], event[2]]), 'events'],
    ['a clock that went otherwise', shiftClock, 'events'],
    ['a lost wait', dropWait, 'waits'],
    ['another count of steps', (record) => ({ ...record, steps: record.steps + 1 }), 'steps'],
    ['another skeleton', (record) => ({ ...record, skeleton: 's:other' }), 'skeleton'],
    ['another answer', otherAnswer, 'answer'],
  ])('shows %s', (_name, change, what) => {
    let seen = 0;
    for (let seed = SEED; seed < SEED + 40; seed++) {
      const { programs, records } = played(seed);
      const at = records.findIndex((record) => change(record) !== undefined);
      if (at < 0) continue;
      const changed = records.map((record, i) => (i === at ? (change(record) ?? record) : record));
      expect(verify(changed, programs).map((difference) => difference.what)).toContain(what);
      seen++;
    }
    expect(seen).toBeGreaterThan(5);
  });

  it('goes on in a new generation from the turn that was reset to', () => {
    const { programs, records, state } = parkedRun();
    const timer = state.fibres.flatMap(({ park }) => (park && 'deadline' in park ? [park] : []))[0];
    if (timer === undefined) throw new Error('the program should have parked');
    const turn = { n: state.n, now: timer.deadline + 5, items: [{ timer: timer.id }] };
    const again = advance(programs, { ...state, gen: 1 }, turn);
    expect(verify([...records, recordOf(turn, again)], programs)).toEqual([]);
  });
});

function parkedRun() {
  for (let seed = SEED; ; seed++) {
    const { programs, run } = playWorld(seed);
    const at = run.turns.findIndex(({ next }) => next.state.fibres.some(({ park }) => park?.kind === 'sleep'));
    const found = run.turns[at];
    if (found && at > 0 && run.turns.length > at + 1) {
      return { programs, records: throughJson(traceOf(run)), state: found.next.state };
    }
  }
}

function recordOf(turn: TraceRecord['turns'][number], next: ReturnType<typeof advance>): TraceRecord {
  const { state } = next;
  const { answer, ...parts } = partsOf(next.commands);
  return toRecord({
    ...parts,
    ...(answer.length > 0 && { answer }),
    run: state.run.key,
    engineRunId: 'after-reset',
    gen: state.gen,
    flushId: flushId(state.run.key, state.gen, turn.n),
    flush: turn.n,
    inputsHash: '',
    turns: [turn],
    steps: next.steps,
    hits: next.hits,
    skeleton: skeletonHash(state),
    workspaceId: 'acme',
    ...(next.outcome && { ended: { kind: next.outcome.kind } }),
  });
}

type EventNote = TraceRecord['out']['events'][number];

function swapEvent(change: (event: EventNote) => EventNote) {
  return (record: TraceRecord): TraceRecord | undefined => {
    const [first, ...rest] = record.out.events;
    return first && { ...record, out: { ...record.out, events: [change(first), ...rest] } };
  };
}

/** `run.date`, deadlines and dates of executions come from the turn's clock. */
function shiftClock(record: TraceRecord): TraceRecord | undefined {
  const tells = record.out.events.some(([, type]) => type === 'runtime.automations.executed');
  return tells ? { ...record, turns: record.turns.map((turn) => ({ ...turn, now: turn.now + 7 })) } : undefined;
}

function dropWait(record: TraceRecord): TraceRecord | undefined {
  const { waits } = record.out;
  return waits.length > 0 ? { ...record, out: { ...record.out, waits: waits.slice(1) } } : undefined;
}

function otherAnswer(record: TraceRecord): TraceRecord | undefined {
  const { answer } = record.out;
  return answer && { ...record, out: { ...record.out, answer: { ...answer, bodyHash: 'h:other' } } };
}

it('a run to which nothing has happened has a correlation id of its own', () => {
  expect(startRun('a/b/1').run.correlationId).toMatch(/^[0-9a-f]{32}$/);
  expect(startRun('a/b/1').run.correlationId).not.toBe(startRun('a/b/2').run.correlationId);
});
