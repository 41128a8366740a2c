import type { ErrorValue } from '../../core/errors/errors';
import type { Json, JsonObject } from '../../core/json';
import type { ChunkBatch, StreamCursor } from '../../core/run/types';

/** An answer of a stub API that comes piece by piece. */
export interface StreamStub {
  /** Milliseconds after the one before it. */
  readonly chunks: readonly { readonly ms?: number; readonly chunk: JsonObject }[];
  /** How the source closes, behind the last one. */
  readonly error?: ErrorValue;
  /** Numbers of pieces before which the connection is lost, once each. */
  readonly lostAt?: readonly number[];
}

export const cursorAt = (index: number): StreamCursor => ({ index, bytes: index, hash: `hash-${index}` });

interface Session {
  readonly stub: StreamStub;
  readonly openedAt: number;
  readonly lost: Set<number>;
}

/** Streams of one world: what is there at which time, whoever asks. */
export class VirtualStreams {
  private readonly sessions = new Map<string, Session>();
  /** Calls whose streams were let go, in order. */
  readonly closed: string[] = [];

  /** Opening again keeps the times: the source went on meanwhile. */
  open(key: string, stub: StreamStub, now: number): void {
    if (!this.sessions.has(key)) this.sessions.set(key, { stub, openedAt: now, lost: new Set() });
  }

  close(key: string): void {
    this.closed.push(key);
  }

  /** When a reading from there is answered, and with what. */
  read(key: string, { index }: StreamCursor, now: number): { at: number; batch: Omit<ChunkBatch, 'commandId'> } {
    const session = this.sessions.get(key);
    if (session === undefined) return { at: now, batch: { index, chunks: [], lost: true } };
    const { stub, openedAt, lost } = session;
    if (stub.lostAt?.includes(index) && !lost.has(index)) {
      lost.add(index);
      return { at: now, batch: { index, chunks: [], lost: true } };
    }
    const at = Math.max(now, this.timeOf(stub, openedAt, index));
    let until = index;
    while (until < stub.chunks.length && this.timeOf(stub, openedAt, until) <= at) until++;
    const chunks = stub.chunks.slice(index, until).map(({ chunk }, i): Json => ({ index: index + i, chunk }));
    const isLast = until === stub.chunks.length;
    const end = { ...(isLast && { end: true as const }), ...(isLast && stub.error && { error: stub.error }) };
    return { at, batch: { index, chunks, cursor: cursorAt(until), ...end } };
  }

  private timeOf({ chunks }: StreamStub, openedAt: number, index: number): number {
    return chunks.slice(0, index + 1).reduce((sum, { ms = 0 }) => sum + ms, openedAt);
  }
}
