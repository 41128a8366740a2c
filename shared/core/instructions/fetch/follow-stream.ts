/** `fetch` with `stream.event`: each piece becomes an event, until the source closes. */
import type { FetchOp } from '../../automation/program';
import type { JsonObject } from '../../json';
import type { Answer, Execution, Flow } from '../../run/execution';
import type { Park, StreamEmits } from '../../run/types';
import { sendEvent } from '../emit/send-event';

type StreamPark = Extract<Park, { kind: 'stream' }>;

/** Something has come: pieces, the end, or the time at which a piece that was held back may leave. */
export function followStream(op: FetchOp, here: Execution, answer: Answer, park: StreamPark): Flow | void {
  try {
    return 'timer' in answer ? sendLate(here, park) : follow(op, here, answer, park);
  } catch (e) {
    // Nobody reads it after a failure.
    here.streams.close(park.stream);
    throw e;
  }
}

function sendLate(here: Execution, { timer: _timer, ...park }: StreamPark): Flow {
  sendHeld(here, park.stream);
  return here.park(park);
}

function follow(op: FetchOp, here: Execution, answer: Answer, park: StreamPark): Flow | void {
  const { streams } = here;
  const { stream: id } = park;
  if (!('chunk' in answer || 'result' in answer) || !streams.take(park, answer)) return 'inside';
  for (let piece = streams.next(id); piece; piece = streams.next(id)) pass(here, id, piece);
  const stream = streams.get(id);
  if (stream && !stream.ended) {
    streams.read(id, timerFor(here, park, stream.emits));
    return 'inside';
  }
  sendHeld(here, id);
  streams.finish(id);
  here.output(op.output, stream?.emits?.answer);
  return undefined;
}

/** At most one event in each period: a piece that comes too early is held, and gives way to the next one. */
function pass(here: Execution, id: string, piece: JsonObject): void {
  const emits = here.streams.get(id)?.emits;
  if (!emits) return;
  const { throttleMs = 0, sentAt = -Infinity } = emits;
  here.streams.change(id, { emits: { ...emits, held: piece } });
  if (here.now - sentAt >= throttleMs) sendHeld(here, id);
}

function sendHeld(here: Execution, id: string): void {
  const emits = here.streams.get(id)?.emits;
  if (!emits?.held) return;
  const { held, ...rest } = emits;
  sendEvent(here, rest.event, { payload: held, target: rest.target, options: rest.options });
  here.streams.change(id, { emits: { ...rest, sentAt: here.now } });
}

/** The clock that the last piece is held by: the one that runs already, if any. */
function timerFor(here: Execution, { timer }: StreamPark, emits: StreamEmits | undefined): StreamPark['timer'] {
  if (!emits?.held) return undefined;
  const { sentAt = here.now, throttleMs = 0 } = emits;
  const deadline = sentAt + throttleMs;
  return timer?.deadline === deadline ? timer : { id: here.mint('wait'), deadline };
}
