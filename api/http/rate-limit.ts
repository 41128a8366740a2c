import { fail } from '../../shared/core/errors/errors';
import type { Log } from '../../shared/ports/log';
import type { RateCounter } from '../../shared/ports/rate-counter';

export interface RateLimit {
  /** Limits of one name share their counts. */
  readonly name: string;
  readonly windowMs: number;
  readonly limit: number;
}

/** Headers of an answer that was counted. @throws TooManyRequests above the limit */
export type RateLimiter = (limit: RateLimit, key: string) => Promise<{ readonly [header: string]: string }>;

/**
 * Counts in fixed windows. A store that fails must not look like throttling: it is logged, and the request passes.
 * @param disabled  counts nothing, and sends no header
 */
export const createRateLimiter =
  (counter: RateCounter, { disabled, log, now = Date.now }: RateLimiterOptions): RateLimiter =>
  async ({ name, windowMs, limit }, key): Promise<{ [header: string]: string }> => {
    if (disabled) return {};
    const counted = await counter.hit(`${name}:${key}`, windowMs).catch((error: unknown) => {
      log.error({ err: error, limit: name }, 'requests cannot be counted: they pass uncounted');
      return null;
    });
    if (counted === null) return {};
    const { count, endsAt } = counted;
    const retryAfter = Math.max(0, endsAt - now()) / 1000;
    if (count > limit) throw fail('TooManyRequests', 'Too many requests', { retryAfter });
    return {
      'retry-after': String(retryAfter),
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(limit - count),
      'x-ratelimit-reset': new Date(endsAt).toString(),
    };
  };

export interface RateLimiterOptions {
  readonly disabled: boolean;
  readonly log: Log;
  readonly now?: () => number;
}
