import type { Digest } from '../core/json';

/** Bytes by content digest (`b:` + sha256), for values too big for history and trace. */
export interface BlobStore {
  put(bytes: Uint8Array): Promise<Digest>;
  get(digest: Digest): Promise<Uint8Array | null>;
}
