import type { ProgramSet } from '../automation/program';
import { advance, startRun } from '../run/advance';
import type { TraceRecord } from '../run/flush';
import { skeletonHash } from '../run/skeleton';
import type { Command, RunResult, State } from '../run/types';

/** A record fed back through the machine. */
export interface Replayed {
  readonly record: TraceRecord;
  readonly before: State;
  /** After the record's last turn. */
  readonly state: State;
  readonly commands: readonly Command[];
  readonly steps: number;
  readonly hits: { readonly [node: string]: number };
  readonly outcome?: RunResult;
}

/**
 * Feeds the turns of a run's trace back through the machine, record by record. A generation that a reset began goes on
 * from a turn of an earlier one; which one is not written down, so the first whose replay stands where the record says
 * is taken.
 * @param records  of one run, in the order in which they were written, with their blobs put back
 */
export function replay(records: readonly TraceRecord[], programs: ProgramSet): Replayed[] {
  /** By generation: the state before each turn. */
  const timelines = new Map<number, Map<number, State>>();
  return records.map((record) => {
    const own = timelines.get(record.gen) ?? new Map<number, State>();
    timelines.set(record.gen, own);
    const replayed = best(candidates(record, timelines).map((before) => replayOne(record, before, programs)));
    own.set(replayed.state.n, replayed.state);
    return replayed;
  });
}

function candidates(record: TraceRecord, timelines: ReadonlyMap<number, ReadonlyMap<number, State>>): State[] {
  const n = record.turns[0]?.n ?? 0;
  if (n === 0) return [startRun(record.run, record.gen)];
  const own = timelines.get(record.gen)?.get(n);
  if (own) return [own];
  const earlier = [...timelines].filter(([gen]) => gen < record.gen).sort(([a], [b]) => b - a);
  const found = earlier.flatMap(([, states]) => states.get(n) ?? []);
  if (found.length === 0) throw new Error(`The trace of ${record.run} has no turn before ${n}`);
  return found;
}

const best = (replays: readonly Replayed[]): Replayed =>
  replays.find(({ record, state }) => skeletonHash(state) === record.skeleton) ?? (replays[0] as Replayed);

function replayOne(record: TraceRecord, found: State, programs: ProgramSet): Replayed {
  const before = { ...found, gen: record.gen };
  const hits: { [node: string]: number } = {};
  const commands: Command[] = [];
  let state: State = before;
  let steps = 0;
  let outcome: RunResult | undefined;
  for (const turn of record.turns) {
    const next = advance(programs, state, turn);
    for (const [node, count] of Object.entries(next.hits)) hits[node] = (hits[node] ?? 0) + count;
    commands.push(...next.commands);
    steps += next.steps;
    ({ state, outcome } = next);
  }
  return { record, before, state, commands, steps, hits, ...(outcome && { outcome }) };
}
