import type { FetchOp } from '../../automation/program';
import { isObject, type Json } from '../../json';
import type { Execution, Executor, Flow } from '../../run/execution';
import { asFailure } from '../../run/failures';
import { handleOf } from '../../run/streams';
import type { CallResult, Park } from '../../run/types';
import { followStream } from './follow-stream';
import { requestOf } from './request';
import { streamOptionsOf } from './stream-options';

/**
 * Asks for a call of an HTTP API and parks the fibre until its answer comes. Only a call without an answer fails. An
 * answer that is a stream is made into events here, or its handle goes to the output, for a `repeat`.
 */
export const executeFetch: Executor<FetchOp> = {
  enter(op, here) {
    const stream = streamOptionsOf(op.stream, here);
    const id = here.mint('command');
    const request = requestOf(op, here, { id, wantsStream: stream !== undefined });
    const park = { kind: 'fetch', id, node: here.nodeId, request, since: here.now, ...(stream && { stream }) } as const;
    here.fetch(park);
    return here.park(park);
  },
  resume(op, here, answer, park) {
    if (park.kind === 'stream') return followStream(op, here, answer, park);
    if (park.kind !== 'fetch' || !('result' in answer)) return undefined;
    const { outcome, events = [], stream } = answer.result;
    for (const { type, payload } of events) here.native(type, payload);
    if ('err' in outcome) throw asFailure(outcome.err);
    if (stream) return begin(op, here, park, { ok: outcome.ok, stream });
    here.output(op.output, outcome.ok);
    return undefined;
  },
};

type FetchPark = Extract<Park, { kind: 'fetch' }>;
type Begun = { readonly ok: Json; readonly stream: NonNullable<CallResult['stream']> };

function begin(
  op: FetchOp,
  here: Execution,
  { request, stream }: FetchPark,
  { ok, stream: cursor }: Begun,
): Flow | void {
  const { emits, ...options } = stream ?? {};
  const id = here.streams.open(request, cursor, {
    ...(stream && { options }),
    ...(emits && { emits: { ...emits, answer: ok } }),
  });
  if (emits) {
    here.streams.claim(id);
    here.streams.read(id);
    return 'inside';
  }
  here.output(op.output, isObject(ok) ? { ...ok, body: handleOf(id) } : ok);
  return undefined;
}
