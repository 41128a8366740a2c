import type { RateLimits, TokenKind } from '../../ports/rate-limits';

export interface Rate {
  readonly perSecond: number;
  /** Size of the bucket. */
  readonly burst: number;
}

interface Bucket {
  /** Below zero: taken in advance. */
  tokens: number;
  at: number;
}

/** Buckets that are full again are as good as none: forgotten above so many. */
const KEPT = 10_000;

/**
 * Who takes more than there is waits until it has come, and who comes later waits for that too. So a wish above the
 * bucket's size takes time, and never fails.
 * @param rateOf undefined = no limit
 */
export function tokenBuckets(
  rateOf: (workspaceId: string, kind: TokenKind) => Rate | undefined,
  now: () => number = Date.now,
): RateLimits {
  const buckets = new Map<string, Bucket>();

  function bucketOf(key: string, { perSecond, burst }: Rate): Bucket {
    const found = buckets.get(key);
    if (!found) {
      if (buckets.size >= KEPT) buckets.clear();
      const fresh = { tokens: burst, at: now() };
      buckets.set(key, fresh);
      return fresh;
    }
    // A clock that was put back refills nothing.
    const elapsedMs = Math.max(0, now() - found.at);
    found.tokens = Math.min(burst, found.tokens + (elapsedMs * perSecond) / 1000);
    found.at = now();
    return found;
  }

  const change = (workspaceId: string, kind: TokenKind, amount: number): number => {
    const rate = rateOf(workspaceId, kind);
    if (!rate) return 0;
    const bucket = bucketOf(`${kind} ${workspaceId}`, rate);
    bucket.tokens = Math.min(rate.burst, bucket.tokens - amount);
    return bucket.tokens >= 0 ? 0 : Math.ceil((-bucket.tokens / rate.perSecond) * 1000);
  };

  return {
    take: change,
    giveBack: (workspaceId, kind, amount) => void change(workspaceId, kind, -amount),
  };
}
