import type { Json, JsonObject } from '../../shared/core/json';

/** Fields of the lines of one read that came together. */
export interface SseChunk {
  readonly data: readonly Json[];
  readonly event?: string;
  readonly id?: string;
  readonly retry?: number;
  readonly comment?: string;
}

/** What a read gave: `bytes` of it, up to the end of its last data or comment, are told by `chunk`. */
export interface SseRead {
  readonly chunk: SseChunk;
  readonly bytes: Buffer;
}

const LF = 10;
const CR = 13;
const BOM = /^\uFEFF/;

/**
 * Server-Sent Events, read by read. Lines cut by packets are put together; a field that comes before its data waits for
 * it. Bytes are given back with the chunk that they made, so that a reader knows how far it has come.
 */
export class SseParser {
  /** Lines that were understood but made no chunk yet, and the begun line. */
  private told: Buffer[] = [];
  private toldBytes = 0;
  private begun: Buffer[] = [];
  private begunBytes = 0;
  private fields: { event?: string; id?: string; retry?: number } = {};
  private afterCr = false;
  private atStart = true;
  /** Lines that are none of the protocol's. */
  ignored = 0;

  /** Bytes that are kept because no chunk has them yet. */
  get pendingBytes(): number {
    return this.toldBytes + this.begunBytes;
  }

  /** @returns null when the packet completes nothing */
  push(packet: Buffer): SseRead | null {
    const read = new Read();
    let start = 0;
    for (let at = 0; at < packet.length; at++) {
      const byte = packet[at];
      const second = byte === LF && this.afterCr && at === start && this.begunBytes === 0;
      this.afterCr = byte === CR;
      if (byte !== LF && byte !== CR) continue;
      const part = packet.subarray(start, at + 1);
      start = at + 1;
      if (second) this.tell(part);
      else this.line(Buffer.concat([...this.takeBegun(), part]), 1, read);
    }
    if (start < packet.length) this.begin(packet.subarray(start));
    return this.finish(read);
  }

  /** The source has closed: a line without an end is one all the same. */
  end(): SseRead | null {
    const read = new Read();
    const rest = Buffer.concat(this.takeBegun());
    if (rest.length > 0) this.line(rest, 0, read);
    // Fields that wait for data get none any more: they are told alone.
    if (!read.hasContent && Object.keys(this.fields).length > 0) this.content(read);
    return this.finish(read);
  }

  private begin(part: Buffer): void {
    // Copied: a packet may be large, and what is kept of it small.
    this.begun.push(Buffer.from(part));
    this.begunBytes += part.length;
  }

  private tell(bytes: Buffer): void {
    this.told.push(bytes);
    this.toldBytes += bytes.length;
  }

  private takeBegun(): Buffer[] {
    const { begun } = this;
    [this.begun, this.begunBytes] = [[], 0];
    return begun;
  }

  private line(bytes: Buffer, endLength: number, read: Read): void {
    this.tell(bytes);
    const text = bytes.subarray(0, bytes.length - endLength).toString('utf8');
    this.field(this.atStart ? text.replace(BOM, '') : text, read);
    this.atStart = false;
  }

  private field(line: string, read: Read): void {
    if (line === '') return;
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    switch (name) {
      case '':
        read.comments.push(value);
        return this.content(read);
      case 'data':
        read.data.push(parsed(value));
        return this.content(read);
      case 'event':
      case 'id':
        this.fields = { ...this.fields, [name]: value };
        return;
      case 'retry':
        if (/^\d+$/.test(value)) this.fields = { ...this.fields, retry: Number(value) };
        return;
      default:
        this.ignored++;
    }
  }

  /** The line just told is a chunk's: with the fields before it, and all bytes up to here. */
  private content(read: Read): void {
    read.fields = { ...read.fields, ...this.fields };
    read.bytes.push(...this.told);
    read.hasContent = true;
    [this.fields, this.told, this.toldBytes] = [{}, [], 0];
  }

  private finish(read: Read): SseRead | null {
    if (!read.hasContent) return null;
    const comment = read.comments.length > 0 ? { comment: read.comments.join('\n') } : {};
    return { chunk: { data: read.data, ...read.fields, ...comment }, bytes: Buffer.concat(read.bytes) };
  }
}

class Read {
  readonly data: Json[] = [];
  readonly comments: string[] = [];
  readonly bytes: Buffer[] = [];
  fields: JsonObject = {};
  hasContent = false;
}

/** JSON where it begins like an object or a list and is one; else text. */
function parsed(value: string): Json {
  if (!/^[{[]/.test(value)) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
