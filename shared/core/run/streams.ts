/**
 * Streams that a run reads: answers of `fetch` that come piece by piece. A variable holds a handle, `{$stream: id}`; the
 * stream stands in the state, so that only the run that opened it can read it, and the id is told to nobody outside.
 */
import { fail, toErrorValue, type ErrorValue } from '../errors/errors';
import { walk } from '../expression/evaluate/walk';
import { isObject, type Json, type JsonObject, type Value } from '../json';
import { closeStream } from './close-stream';
import { errorEvent, sourceIn } from './events';
import { asFailure } from './failures';
import type { Machine } from './machine';
import { toJson } from './to-json';
import type { CallResult, ChunkBatch, FetchRequest, OpenStream, Park, StreamCursor, StreamId } from './types';
import type { RepeatFrame, WorkFibre } from './work';

type StreamPark = Extract<Park, { kind: 'stream' }>;

export const handleOf = (id: StreamId): JsonObject => ({ $stream: id });

/** The stream that a value stands for: undefined when it is no handle. It may be closed. */
export function streamIn(value: Value): StreamId | undefined {
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined;
  return typeof value.$stream === 'string' ? value.$stream : undefined;
}

/** What one instruction of one fibre can do with streams. */
export class StreamReader {
  constructor(
    private readonly machine: Machine,
    private readonly fibre: WorkFibre,
    private readonly node: string,
  ) {}

  /** Keeps an answer that has begun. */
  open(request: FetchRequest, cursor: StreamCursor, more: Pick<OpenStream, 'options' | 'emits'>): StreamId {
    const id = this.machine.mint('stream');
    put(this.machine, id, { request, cursor, chunks: [], ...more });
    return id;
  }

  get(id: StreamId): OpenStream | undefined {
    return this.machine.streams[id];
  }

  change(id: StreamId, change: Partial<OpenStream>): void {
    const stream = this.machine.streams[id];
    if (stream) put(this.machine, id, { ...stream, ...change });
  }

  /** Nobody else may read it from now on. @throws InvalidInstructionError when somebody does */
  claim(id: StreamId): void {
    if (this.machine.streams[id]?.taken) {
      throw fail('InvalidInstructionError', 'Another loop reads this stream already');
    }
    this.change(id, { taken: true });
  }

  /** Parks until the next pieces are there. */
  read(id: StreamId, timer?: StreamPark['timer']): void {
    const stream = this.machine.streams[id];
    if (stream === undefined) throw new Error(`cannot happen: no stream ${id}`);
    const commandId = this.park(id, timer && { timer });
    const request = { stream: stream.request.idempotencyKey, cursor: stream.cursor };
    this.machine.command({ kind: 'read', commandId, request, node: this.node });
  }

  /**
   * Puts what has come to the stream. @returns false when nothing has, and the fibre is parked again: its connection was
   * lost, so the source is asked again, and must repeat what it has said
   */
  take(park: StreamPark, answer: { readonly result: CallResult } | { readonly chunk: ChunkBatch }): boolean {
    if ('chunk' in answer) return this.takeChunks(park, answer.chunk);
    const { outcome, stream } = answer.result;
    if ('ok' in outcome && stream) this.read(park.stream, park.timer);
    else {
      const error = 'err' in outcome ? outcome.err : notRepeated(this.machine.streams[park.stream]);
      this.change(park.stream, { ended: true, error });
    }
    return 'err' in outcome || !stream;
  }

  private takeChunks(park: StreamPark, { chunks, cursor, end, error, lost }: ChunkBatch): boolean {
    const stream = this.machine.streams[park.stream];
    if (stream === undefined) throw new Error(`cannot happen: no stream ${park.stream}`);
    if (lost) {
      const { timer } = park;
      const commandId = this.park(park.stream, { reopens: true, ...(timer && { timer }) });
      const request = { ...stream.request, resume: stream.cursor };
      this.machine.command({ kind: 'fetch', commandId, request, node: this.node });
      return false;
    }
    this.change(park.stream, {
      chunks: [...stream.chunks, ...chunks],
      ...(cursor && { cursor }),
      ...(end && { ended: end }),
      ...(error && { error }),
    });
    return true;
  }

  private park(stream: StreamId, more: Pick<StreamPark, 'reopens' | 'timer'> = {}): string {
    const id = this.machine.mint('command');
    this.fibre.park = { kind: 'stream', id, node: this.node, stream, since: this.machine.now, ...more };
    return id;
  }

  /** The next piece as authors see it; undefined when all that came are taken. */
  next(id: StreamId): JsonObject | undefined {
    return takePiece(this.machine, this.fibre, id);
  }

  /** The connection is let go. @throws why the source closed, when that was a failure */
  finish(id: StreamId): void {
    const error = this.machine.streams[id]?.error;
    closeStream(this.machine, id);
    if (error) throw asFailure(error);
  }

  close(id: StreamId): void {
    closeStream(this.machine, id);
  }
}

const put = (machine: Machine, id: StreamId, stream: OpenStream): void => {
  machine.streams = { ...machine.streams, [id]: stream };
};

const notRepeated = (stream: OpenStream | undefined): ErrorValue => {
  const details = { received: stream?.cursor.bytes ?? 0 };
  return toErrorValue(fail('FetchError', 'The stream was interrupted, and its source gives no stream again', details));
};

/** What a loop over a stream does next: a turn, nothing more, or it has parked to read. @throws why the source failed */
export function nextOfStream(machine: Machine, fibre: WorkFibre, frame: RepeatFrame): 'turn' | 'over' | 'parked' {
  const stream = frame.stream === undefined ? undefined : machine.streams[frame.stream];
  if (frame.stream === undefined || stream === undefined || frame.index >= frame.count) return 'over';
  if (stream.chunks.length > 0) return 'turn';
  const reader = new StreamReader(machine, fibre, frame.node.id);
  if (stream.ended) {
    reader.finish(frame.stream);
    return 'over';
  }
  reader.read(frame.stream);
  return 'parked';
}

/** Takes the first piece that has come. One that was to be JSON and is none is told of, and stays text. */
export function takePiece(machine: Machine, fibre: WorkFibre, id: StreamId): JsonObject | undefined {
  const stream = machine.streams[id];
  const [piece, ...chunks] = stream?.chunks ?? [];
  if (stream === undefined || !isObject(piece)) return undefined;
  const { concatenate, additionalPayload } = stream.options ?? {};
  const data = dataOf(piece);
  const bad = data.find(isBrokenJson);
  if (bad !== undefined) {
    const details = { index: piece.index ?? null, data: bad.slice(0, 1000) };
    const failure = fail('FailedChunkParsing', 'A piece of a stream is no valid JSON', details);
    errorEvent(machine, sourceIn(fibre.scope), toErrorValue(failure));
  }
  const concatenated = concatenate ? concatenatedWith(stream.concatenated, data, concatenate) : undefined;
  put(machine, id, { ...stream, chunks, ...(concatenated !== undefined && { concatenated }) });
  const item = {
    ...piece,
    ...(concatenated !== undefined && { concatenated: { value: concatenated } }),
    ...(additionalPayload !== undefined && { additionalPayload }),
  };
  return toJson(item, machine.maximumSize) as JsonObject;
}

function dataOf({ chunk }: JsonObject): readonly Json[] {
  const data = isObject(chunk) ? chunk.data : undefined;
  return Array.isArray(data) ? (data as readonly Json[]) : [];
}

/** What parses as JSON has come as a value. `[DONE]` is how many sources say that they have. */
const isBrokenJson = (value: Json): value is string =>
  typeof value === 'string' && /^[{[]/.test(value) && value !== '[DONE]';

/** Texts are joined, lists appended; ∅ and null add nothing. */
function concatenatedWith(before: Value, data: readonly Json[], path: readonly (string | number)[]): Value {
  let all = before;
  for (const element of data) {
    const found = walk(element, path);
    if (found === undefined || found === null) continue;
    if (Array.isArray(all) || typeof found === 'object') all = [all ?? [], found].flat() as Json;
    else all = `${String((all as Json | undefined) ?? '')}${String(found)}`;
  }
  return all;
}
