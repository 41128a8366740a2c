/** One random program in a world with events, calls and time-outs: uncut, or stopped after every step. */
import type { ProgramSet } from '../../../shared/core/automation/program';
import { advance } from '../../../shared/core/run/advance';
import type { Advanced, CallResult, FetchRequest } from '../../../shared/core/run/types';
import { generatePrograms } from '../../../shared/testing/random-programs/generate';
import { Random } from '../../../shared/testing/random-programs/random';
import {
  World,
  type FetchStub,
  type Snapshot,
  type TakeTurn,
  type VirtualRun,
  type WorldOptions,
} from '../../../shared/testing/virtual-time/world';

/** Loses something of the snapshot; undefined when it holds nothing of the kind. */
export type Loss = (snapshot: Snapshot) => Snapshot | undefined;

type Between = Pick<WorldOptions, 'take' | 'carry'>;

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Takes turns one step at a time, everything through JSON in between, and between turns too. */
export function cutEverywhere(lose?: Loss): Between {
  let lost = lose === undefined;
  const carry = (snapshot: Snapshot): Snapshot => {
    const copy = throughJson(snapshot);
    const damaged = lost ? undefined : lose?.(copy);
    if (damaged) lost = true;
    return damaged ?? copy;
  };
  const take: TakeTurn = (programs, run, turn) => {
    let next = advance(programs, run.state, throughJson(turn), { maxSteps: 1 });
    const parts = [next];
    while (next.cut) {
      const { state } = carry({ state: next.state, inbox: [] });
      next = advance(programs, state, { n: turn.n, now: turn.now, items: [] }, { maxSteps: 1 });
      parts.push(next);
    }
    return joined(parts, next);
  };
  return { take, carry };
}

function joined(parts: readonly Advanced[], last: Advanced): Advanced {
  const hits: { [node: string]: number } = {};
  for (const part of parts)
    for (const [node, count] of Object.entries(part.hits)) hits[node] = (hits[node] ?? 0) + count;
  return {
    ...last,
    commands: parts.flatMap((part) => part.commands),
    steps: parts.reduce((sum, { steps }) => sum + steps, 0),
    hits,
  };
}

const OK: FetchStub = { outcome: { ok: { status: 'fine', list: [1, 2] } } };
const stubs: { readonly [url: string]: FetchStub } = {
  'https://api.test/ok': OK,
  'https://api.test/slow': { ...OK, ms: 1500 },
  'https://api.test/down': { outcome: { err: { error: 'FetchError', message: 'no answer', details: {} } }, ms: 500 },
  'https://api.test/failed': { ...OK, events: [{ type: 'runtime.fetch.failed', payload: { status: 500 } }], ms: 500 },
};
const head: CallResult['outcome'] = { ok: { status: 200, headers: {}, stream: true } };
const pieces = ['a', 'b', 'c', 'd'].map((t, i) => ({ ms: i === 2 ? 0 : 400, chunk: { data: [{ t }] } }));
const streams: { readonly [url: string]: FetchStub } = {
  'https://api.test/stream': {
    outcome: head,
    stream: { chunks: [...pieces, { chunk: { data: ['{broken', '[DONE]'] } }] },
  },
  'https://api.test/breaks': {
    outcome: head,
    stream: { chunks: pieces, error: { error: 'FetchError', message: 'closed', details: {} } },
  },
  'https://api.test/lost': { outcome: head, ms: 100, stream: { chunks: pieces, lostAt: [1, 3] } },
};
/** A source that is there once only. */
const gone = ({ resume }: FetchRequest): FetchStub =>
  resume ? (stubs['https://api.test/down'] ?? OK) : { outcome: head, stream: { chunks: pieces, lostAt: [2] } };
const fetch = (request: FetchRequest): FetchStub =>
  request.url.endsWith('/gone') ? gone(request) : (streams[request.url] ?? stubs[request.url] ?? OK);

/** Everything that can be seen of the run, turn by turn. */
export interface Observed {
  readonly turns: readonly string[];
  readonly steps: number;
}

/** Plays the program of this seed: the same events come at the same times, whoever takes the turns. */
export const play = (seed: number, between: Between = {}): Observed => observe(playWorld(seed, between).run);

/** Kept until the next: each is played twice. */
let generated: { readonly seed: number; readonly programs: ProgramSet } | undefined;

function programsOf(seed: number): ProgramSet {
  if (generated?.seed !== seed) generated = { seed, programs: generatePrograms(new Random(seed)) };
  return generated.programs;
}

export function playWorld(seed: number, between: Between = {}): { programs: ProgramSet; run: VirtualRun } {
  const programs = programsOf(seed);
  const random = new Random(~seed);
  const stepsPerTurn = random.chance(20) ? 5 : 300;
  const identity = random.chance(50) ? { userId: random.pick(['ann', 'joe']), sessionId: 's1' } : {};
  const tight = random.chance(30) && { contextsMaxBytes: 60 };
  const limited = random.chance(30) && { tokens: { automations: 1, emits: 1 + random.int(3), repeats: 500 } };
  const world = new World({
    programs: () => programs,
    fetch,
    roles: { ann: 'agent', joe: 'guest' },
    limits: { stepsPerTurn, maximumValueSize: 2000, partsPerTurn: 1 + (seed % 3), ...tight, ...limited },
    throttle: ({ emits = 0, automations = 0 }) => 250 * emits + 100 * automations,
    ...between,
  });
  for (let i = 0; i < 6; i++) {
    const [time, type, k] = [random.int(5) * 500, random.pick(['one', 'two', 'three']), random.int(3)];
    world.at(world.now + time, () => void world.emit(type, { k }));
  }
  if (random.chance(5)) world.at(world.now + 1200, () => cancel(world));
  const run = world.start('root', { args: { a: 1, b: 'text', l: [1, 2], o: { x: { z: 1 } } }, seed, identity });
  world.runUntil();
  return { programs, run };
}

function cancel(world: World): void {
  for (const { inbox } of world.runs) inbox.set('c:cancel', { cancel: { reason: 'test' } });
}

function observe(run: VirtualRun): Observed {
  const turns = run.turns.map(({ turn, next }) =>
    JSON.stringify([turn, next.commands, next.outcome ?? null, canonical(next)]),
  );
  return { turns, steps: run.turns.reduce((sum, { next }) => sum + next.steps, 0) };
}

/** State and counts with sorted keys: the order of keys is no part of them. */
function canonical({ state, hits, steps }: Advanced): unknown {
  return [state, steps, Object.entries(hits).sort()];
}
