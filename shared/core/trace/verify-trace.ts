/**
 * The trace is the truth: feeding the turns of a run back through the machine gives the same events, ids, calls, waits,
 * patches, answer, places and costs, turn by turn. The state goes through JSON between turns, as it does in production.
 */
import type { ProgramSet } from '../automation/program';
import { canonicalJson } from '../canonical-json';
import type { Json } from '../json';
import { advance, startRun } from '../run/advance';
import type { TraceRecord } from '../run/flush';
import type { Advanced, RunKey, State, Turn } from '../run/types';
import { outputsOf, recordedOutputs, type Outputs } from './outputs';

export interface TraceDifference {
  readonly run: RunKey;
  readonly gen: number;
  readonly turn: number;
  /** `events`, `skeleton`, ...; `turn` when the machine could not take it at all. */
  readonly field: string;
  readonly recorded: Json;
  readonly replayed: Json;
}

export interface TraceCheck {
  readonly turns: number;
  readonly differences: readonly TraceDifference[];
}

/** @param records of one run, whole, in order of generation and flush */
export function verifyTrace(run: RunKey, records: readonly TraceRecord[], programs: ProgramSet): TraceCheck {
  const before = new Timelines(run);
  const differences: TraceDifference[] = [];
  let turns = 0;
  for (const record of records) {
    for (const turn of record.turns) {
      turns++;
      differences.push(...verifyTurn(run, record, turn, { before, programs }));
    }
  }
  return { turns, differences };
}

interface Replay {
  readonly before: Timelines;
  readonly programs: ProgramSet;
}

/** A new generation goes on from a state of an older one; which one is told by what comes of it. */
function verifyTurn(run: RunKey, record: TraceRecord, turn: Turn, { before, programs }: Replay): TraceDifference[] {
  const at = { run, gen: record.gen, turn: turn.n };
  let best: { differences: TraceDifference[]; next?: Advanced } | undefined;
  for (const state of before.candidates(record.gen, turn.n)) {
    const found = replay(programs, state, turn);
    const differences =
      'failure' in found
        ? [{ ...at, field: 'turn', recorded: null, replayed: found.failure }]
        : compare(recordedOutputs(record), outputsOf(found)).map((difference) => ({ ...at, ...difference }));
    if (!best || differences.length < best.differences.length)
      best = { differences, ...(!('failure' in found) && { next: found }) };
    if (differences.length === 0) break;
  }
  if (!best) return [{ ...at, field: 'turn', recorded: null, replayed: 'the turn before it is not in the trace' }];
  if (best.next) before.add(record.gen, best.next.state);
  return best.differences;
}

function replay(programs: ProgramSet, state: State, turn: Turn): Advanced | { readonly failure: string } {
  try {
    return advance(programs, state, turn);
  } catch (error) {
    return { failure: String(error) };
  }
}

function compare(recorded: Outputs, replayed: Outputs): Pick<TraceDifference, 'field' | 'recorded' | 'replayed'>[] {
  const fields = new Set([...Object.keys(recorded), ...Object.keys(replayed)]) as Set<keyof Outputs>;
  return [...fields].flatMap((field) => {
    const [was, is] = [recorded[field] as unknown as Json, replayed[field] as unknown as Json];
    return canonicalJson(was) === canonicalJson(is) ? [] : [{ field, recorded: was ?? null, replayed: is ?? null }];
  });
}

/** The state before each turn, in each generation. */
class Timelines {
  private readonly states = new Map<string, State>();

  constructor(private readonly run: RunKey) {}

  add(gen: number, state: State): void {
    this.states.set(`${gen}/${state.n}`, JSON.parse(JSON.stringify(state)) as State);
  }

  /** The generation's own state, else those of older ones, the newest first. */
  candidates(gen: number, n: number): readonly State[] {
    if (n === 0) return [startRun(this.run, gen)];
    const own = this.states.get(`${gen}/${n}`);
    if (own) return [own];
    const older = Array.from({ length: gen }, (_, i) => this.states.get(`${gen - 1 - i}/${n}`));
    return older.flatMap((state) => (state ? [{ ...state, gen }] : []));
  }
}
