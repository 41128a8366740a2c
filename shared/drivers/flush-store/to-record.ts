/** What a flush leaves in the trace: its inputs whole, its outputs as hashes, for replaying gives the values again. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json';
import type { Json } from '../../core/json';
import type { FlushRequest, TraceRecord } from '../../core/run/flush';
import type { AnswerPart } from '../../core/run/types';

/** Same value as a hash made by the pure code of `core`, several times as fast. */
const hash = (value: Json | undefined): string =>
  `h:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;

export function toRecord(request: FlushRequest): TraceRecord {
  const { run, gen, flush, flushId, engineRunId, inputsHash, first, turns, skeleton, steps, hits, ended } = request;
  const answer = request.answer && answerNote(request.answer);
  return {
    v: 1,
    run,
    gen,
    flush,
    flushId,
    engineRunId,
    inputsHash,
    ...(first && { first }),
    turns,
    out: {
      events: request.events.map(({ id, type, payload }) => [id, type, hash(payload)]),
      calls: request.calls.map(({ commandId, node, fetch }) => [commandId, node, hash(fetch as unknown as Json)]),
      waits: request.waits.map((change) => ('open' in change ? [change.open.id, 'open'] : [change.close, 'close'])),
      patches: request.patches.map(({ context, owner, op, path, value }) => [
        `${context}:${owner}`,
        op,
        path.join('.'),
        hash(value),
      ]),
      ...(answer && {
        answer: {
          ...answer,
          ...(first?.requestId !== undefined && { requestId: first.requestId }),
          ...(first?.idempotencyKey !== undefined && { idempotencyKey: first.idempotencyKey }),
        },
      }),
    },
    skeleton,
    steps,
    hits,
    ...(ended && { ended }),
  };
}

/** Only the end of an answer says what the caller got. */
function answerNote(parts: readonly AnswerPart[]): { status: number; bodyHash: string } | undefined {
  for (const part of parts)
    if ('end' in part)
      return { status: part.end.status, bodyHash: hash(part.end.output ?? (part.end.error as unknown as Json)) };
  return undefined;
}
