import { canonicalJson } from '../canonical-json';
import { sha256Hex } from '../hash';
import type { Value } from '../json';
import { askedIn, type FlushRequest, type TraceRecord } from '../run/flush';
import type { AnswerPart } from '../run/types';
import { partsOfRequest, type Parts } from './parts';

/** Hash of a value in a trace: `h:` and sha256 of its canonical JSON. */
export type HashValue = (value: Value) => string;
export const hashValue: HashValue = (value) => `h:${sha256Hex(canonicalJson(value))}`;

/**
 * What a flush leaves in the trace: its inputs whole, its outputs as hashes, for replaying the inputs gives the values.
 * @param hash  another implementation of `hashValue`, where there is a faster one
 */
export function toRecord(request: FlushRequest, hash: HashValue = hashValue): TraceRecord {
  const { run, gen, flush, flushId, engineRunId, inputsHash, first, turns, skeleton, steps, hits, ended } = request;
  const { answer, ...out } = outOf(partsOfRequest(request), hash);
  const start = turns.flatMap(({ items }) => items.flatMap((item) => ('start' in item ? [item.start] : [])))[0];
  const requestId = first?.requestId ?? start?.requestId;
  const idempotencyKey = first?.idempotencyKey ?? start?.idempotencyKey;
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
      ...out,
      ...(answer && {
        answer: {
          ...answer,
          ...(requestId !== undefined && { requestId }),
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        },
      }),
    },
    skeleton,
    steps,
    hits,
    ...(ended && { ended }),
  };
}

/** Outputs as a trace shows them. */
export function outOf(parts: Parts, hash: HashValue = hashValue): TraceRecord['out'] {
  const answer = answerNote(parts.answer, hash);
  const streamed = partNotes(parts.answer, hash);
  return {
    events: parts.events.map(({ id, type, payload }) => [id, type, hash(payload)]),
    calls: parts.calls.map((call) => [call.commandId, call.node, hash(askedIn(call) as unknown as Value)]),
    waits: parts.waits.map((change) => ('open' in change ? [change.open.id, 'open'] : [change.close, 'close'])),
    patches: parts.patches.map(({ context, owner, op, path, value }) => [
      `${context}:${owner}`,
      op,
      path.join('.'),
      hash(value),
    ]),
    ...(parts.closes.length > 0 && { closes: parts.closes }),
    ...(streamed.length > 0 && { parts: streamed }),
    ...(answer && { answer }),
  };
}

type PartNote = NonNullable<TraceRecord['out']['parts']>[number];

const partNotes = (parts: readonly AnswerPart[], hash: HashValue): readonly PartNote[] =>
  parts.flatMap((part): PartNote[] => {
    const index = part.index ?? 0;
    if ('head' in part) return [[index, 'head', hash(part.head as Value)]];
    if ('chunk' in part) return [[index, 'chunk', hash(part.chunk)]];
    if ('keepAlive' in part) return [[index, 'keepAlive', hash(part.keepAlive)]];
    return [];
  });

/** Only the end of an answer says what the caller got. */
function answerNote(parts: readonly AnswerPart[], hash: HashValue): TraceRecord['out']['answer'] {
  for (const part of parts) {
    if ('end' in part) {
      const { status, output, error } = part.end;
      return { status, bodyHash: hash(output ?? (error as unknown as Value)) };
    }
  }
  return undefined;
}
