import type { TraceRecord } from '../../core/run/flush';
import { flushId, skeletonHash } from '../../core/run/ids';
import type { RunResult } from '../../core/run/types';
import { partsOf } from '../../core/trace/parts';
import { toRecord } from '../../core/trace/to-record';
import type { VirtualRun } from './world';

/** The trace that the run would have left: one record a turn, as the shell flushes. */
export const traceOf = ({ key, turns, input }: VirtualRun): TraceRecord[] =>
  turns.map(({ turn, next }) => {
    const { answer, ...parts } = partsOf(next.commands);
    return toRecord({
      ...parts,
      run: key,
      engineRunId: 'virtual',
      gen: next.state.gen,
      flushId: flushId(key, next.state.gen, turn.n),
      flush: turn.n,
      inputsHash: '',
      turns: [turn],
      ...(answer.length > 0 && { answer }),
      steps: next.steps,
      hits: next.hits,
      skeleton: skeletonHash(next.state),
      workspaceId: input.workspaceId,
      ...(next.outcome && { ended: endOf(next.outcome) }),
    });
  });

const endOf = (outcome: RunResult) =>
  outcome.kind === 'failed' ? { kind: outcome.kind, error: outcome.error } : { kind: outcome.kind };
