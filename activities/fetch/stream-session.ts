import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { toErrorValue, fail, type ErrorValue, type PlatformError } from '../../shared/core/errors/errors';
import type { Json } from '../../shared/core/json';
import type { ChunkBatch, StreamCursor } from '../../shared/core/run/types';
import { SseParser, type SseRead } from './sse-parser';

export interface SessionLimits {
  /** Bytes read ahead of the run; beyond them the source is not read. */
  readonly aheadBytes: number;
  /** Of one reading. */
  readonly batchBytes: number;
  readonly batchChunks: number;
  /** Without a piece: of a line that does not end, or of lines that are none of the protocol's. */
  readonly lineBytes: number;
}

export const sessionLimits: SessionLimits = {
  aheadBytes: 262_144,
  batchBytes: 131_072,
  batchChunks: 500,
  lineBytes: 4_194_304,
};

interface Piece {
  readonly item: Json;
  readonly bytes: number;
  /** Behind it. */
  readonly cursor: StreamCursor;
}

export type Batch = Omit<ChunkBatch, 'commandId' | 'index'>;

/**
 * One open answer that is read piece by piece: reads ahead so far as the limits say, and keeps what was read until a
 * later reading shows that the run has it. So a reading that is repeated gives the same.
 */
export class StreamSession {
  private readonly parser = new SseParser();
  private readonly hash: Hash = createHash('sha256');
  private pieces: Piece[] = [];
  private ahead = 0;
  private position: StreamCursor;
  /** Bytes that must come again first, and what they must be. */
  private repeated: { left: number; readonly hash: string } | null;
  private end: { readonly error?: ErrorValue } | null = null;
  private closed = false;
  private readonly waiting = new Set<() => void>();

  /** @param describe makes the failure of the source into an error of ours */
  constructor(
    private readonly body: Readable,
    from: StreamCursor | undefined,
    private readonly describe: (error: unknown) => PlatformError,
    private readonly limits: SessionLimits = sessionLimits,
  ) {
    this.position = from ?? startOfStream;
    this.repeated = from && from.bytes > 0 ? { left: from.bytes, hash: from.hash } : null;
    body.on('data', (packet: Buffer) => this.receive(packet));
    body.once('end', () => this.finish());
    body.once('close', () => this.finish());
    body.on('error', (error: unknown) => this.fail(describe(error)));
  }

  get ignoredLines(): number {
    return this.parser.ignored;
  }

  /** Pieces behind the cursor, at least one, unless nothing comes any more. What stands before it is forgotten. */
  async read(cursor: StreamCursor, signal: AbortSignal): Promise<Batch> {
    if (this.isBehind(cursor)) return { chunks: [], lost: true };
    this.forget(cursor.index);
    while (this.pieces.length === 0 && !this.end && !this.closed) await this.something(signal);
    // Forgotten by another reading in the meantime: only if that was a later one.
    return this.closed || this.isBehind(cursor) ? { chunks: [], lost: true } : this.batch(cursor);
  }

  /** Lets the connection go. Who reads nevertheless must ask the source again. */
  close(): void {
    this.closed = true;
    this.body.destroy();
    this.wake();
  }

  private isBehind({ index }: StreamCursor): boolean {
    const first = this.pieces[0] ? this.pieces[0].cursor.index - 1 : this.position.index;
    return index < first || index > this.position.index;
  }

  private forget(index: number): void {
    const taken = this.pieces.filter((piece) => piece.cursor.index <= index);
    this.pieces = this.pieces.slice(taken.length);
    this.ahead -= taken.reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.ahead < this.limits.aheadBytes && this.body.isPaused()) this.body.resume();
  }

  private batch(cursor: StreamCursor): Batch {
    let bytes = 0;
    const taken = this.pieces.filter((piece, i) => {
      bytes += piece.bytes;
      return i === 0 || (i < this.limits.batchChunks && bytes <= this.limits.batchBytes);
    });
    const isLast = this.end !== null && taken.length === this.pieces.length;
    return {
      chunks: taken.map(({ item }) => item),
      cursor: taken.at(-1)?.cursor ?? cursor,
      ...(isLast && { end: true }),
      ...(isLast && this.end?.error && { error: this.end.error }),
    };
  }

  private receive(packet: Buffer): void {
    if (this.end || this.closed) return;
    const fresh = this.withoutRepeated(packet);
    if (fresh.length === 0) return;
    this.add(this.parser.push(fresh));
    if (this.parser.pendingBytes > this.limits.lineBytes) {
      this.fail(fail('FetchError', `The stream says nothing in ${this.limits.lineBytes} bytes`));
      this.body.destroy();
    }
  }

  /** What the run has already is compared, not told again. */
  private withoutRepeated(packet: Buffer): Buffer {
    if (!this.repeated) return packet;
    const old = packet.subarray(0, this.repeated.left);
    this.hash.update(old);
    this.repeated.left -= old.length;
    if (this.repeated.left > 0) return packet.subarray(packet.length);
    const same = this.hash.copy().digest('base64url') === this.repeated.hash;
    if (same) this.repeated = null;
    else this.doesNotRepeat();
    return same ? packet.subarray(old.length) : packet.subarray(packet.length);
  }

  private doesNotRepeat(): void {
    this.fail(
      fail('FetchError', 'The stream was interrupted, and its source does not say the same again', {
        received: this.position.bytes,
      }),
    );
    this.body.destroy();
  }

  private add(read: SseRead | null): void {
    if (!read) return;
    this.hash.update(read.bytes);
    const { index, bytes } = this.position;
    const hash = this.hash.copy().digest('base64url');
    this.position = { index: index + 1, bytes: bytes + read.bytes.length, hash };
    const item = { index, chunk: read.chunk as unknown as Json };
    this.pieces.push({ item, bytes: read.bytes.length, cursor: this.position });
    this.ahead += read.bytes.length;
    if (this.ahead >= this.limits.aheadBytes) this.body.pause();
    this.wake();
  }

  private finish(): void {
    if (this.end || this.closed) return;
    if (this.repeated) return this.doesNotRepeat();
    if (!this.body.readableEnded) return this.fail(this.describe(new Error('the connection was closed')));
    this.add(this.parser.end());
    this.end = {};
    this.wake();
  }

  private fail(error: PlatformError): void {
    this.end ??= { error: toErrorValue(error) };
    this.wake();
  }

  private wake(): void {
    for (const go of [...this.waiting]) go();
    this.waiting.clear();
  }

  private something(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = (): void => {
        this.waiting.delete(go);
        reject(signal.reason as Error);
      };
      const go = (): void => {
        signal.removeEventListener('abort', aborted);
        resolve();
      };
      if (signal.aborted) return reject(signal.reason as Error);
      signal.addEventListener('abort', aborted, { once: true });
      this.waiting.add(go);
    });
  }
}

export const startOfStream: StreamCursor = { index: 0, bytes: 0, hash: createHash('sha256').digest('base64url') };
