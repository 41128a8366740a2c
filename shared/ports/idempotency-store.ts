import type { RunKey } from '../core/run/types';

/** Which run an idempotency key stands for. */
export interface IdempotencyStore {
  /**
   * First claim wins and is durable before it returns; every later one gets the first back.
   * @param key workspace, endpoint, caller and the client's key, as one text
   * @param keepMs after this long the key is free again
   */
  claim(
    key: string,
    claim: { readonly run: RunKey; readonly bodyHash: string },
    keepMs: number,
  ): Promise<{ readonly first: boolean; readonly run: RunKey; readonly bodyHash: string }>;
  /** Gives the key back when its run could not be started at all. */
  release(key: string, run: RunKey): Promise<void>;
}
