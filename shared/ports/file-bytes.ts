import type { FileKey } from './file-records';

/** First and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface PutBytes {
  readonly size: number;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

/** Bytes of files, streamed in and out: none is ever held as a whole. */
export interface FileBytes {
  /**
   * All of it or nothing: when `content` throws, or the process dies, there is no file under the key. Written once.
   * @throws what `content` throws · StorageUnavailable (retryable)
   */
  put(key: FileKey, content: AsyncIterable<Uint8Array>): Promise<PutBytes>;
  /** Null when there is none. What is being read is read to its end, whoever removes it meanwhile. */
  get(key: FileKey, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | null>;
  /** Those that are not there are no error. */
  remove(keys: readonly FileKey[]): Promise<void>;
  /** All that is there, with the time that it was written. */
  list(): AsyncIterable<{ readonly key: FileKey; readonly writtenAt: number }>;
  /** Removes what puts have left that were broken off, and begun before. */
  sweep(before: number): Promise<void>;
}
