import type { ProgramSet } from '../automation/program';
import { canonicalJson } from '../canonical-json';
import type { Value } from '../json';
import type { TraceRecord } from '../run/flush';
import { flushId } from '../run/ids';
import { skeletonHash } from '../run/skeleton';
import { partsOf } from './parts';
import { replay, type Replayed } from './replay';
import { outOf } from './to-record';

/** One thing that the machine does otherwise than the trace says. */
export interface Difference {
  readonly run: string;
  readonly gen: number;
  readonly flush: number;
  /** `events`, `calls`, `waits`, `patches`, `answer`, `skeleton`, `steps`, `hits`, `ended`, `flushId`, `turns`. */
  readonly what: string;
  readonly stored: Value;
  readonly replayed: Value;
}

/**
 * Is the trace the truth? Feeds its turns back through the machine and compares all that came out, flush by flush.
 * @param records  of one run, in order, with their blobs put back
 * @returns []  when there is no difference
 */
export const verify = (records: readonly TraceRecord[], programs: ProgramSet): Difference[] =>
  replay(records, programs).flatMap(compare);

function compare(replayed: Replayed): Difference[] {
  const { record } = replayed;
  const stored = seenOf(record);
  const again = seenAgain(replayed);
  return Object.keys(stored)
    .filter((what) => canonicalJson(stored[what]) !== canonicalJson(again[what]))
    .map((what) => ({
      run: record.run,
      gen: record.gen,
      flush: record.flush,
      what,
      stored: stored[what],
      replayed: again[what],
    }));
}

type Seen = { readonly [what: string]: Value };

function seenOf({ out, skeleton, steps, hits, ended, flushId: id, turns }: TraceRecord): Seen {
  const { answer, ...lists } = out;
  return {
    ...(lists as unknown as Seen),
    answer: answer && { status: answer.status, bodyHash: answer.bodyHash },
    skeleton,
    steps,
    hits,
    ended: ended?.kind,
    flushId: id,
    turns: turns.map(({ n }) => n),
  };
}

function seenAgain({ record, before, state, commands, steps, hits, outcome }: Replayed): Seen {
  const { answer, ...lists } = outOf(partsOf(commands));
  return {
    ...(lists as unknown as Seen),
    answer: answer && { status: answer.status, bodyHash: answer.bodyHash },
    skeleton: skeletonHash(state),
    steps,
    hits,
    ended: outcome?.kind,
    flushId: flushId(record.run, record.gen, state.n - 1),
    turns: record.turns.map((_, i) => before.n + i),
  };
}
