import type { ProgramSet } from '../automation/program';
import type { TraceRecord } from '../run/flush';
import type { Command, State } from '../run/types';
import { replay } from './replay';

/**
 * The run as it stood after a flush of its trace.
 * @param at  absent: after the last one
 * @returns undefined when the trace has no such flush
 */
export function reconstruct(
  records: readonly TraceRecord[],
  programs: ProgramSet,
  at?: { readonly gen: number; readonly flush: number },
): { readonly state: State; readonly commands: readonly Command[] } | undefined {
  const replayed = replay(records, programs);
  return at === undefined
    ? replayed.at(-1)
    : replayed.find(({ record }) => record.gen === at.gen && record.flush === at.flush);
}
