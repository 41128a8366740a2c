/** Counts what happened in fixed windows, for all processes that share the store. */
export interface RateCounter {
  /** Counts one more. @returns how many of this key in this window, and when the window ends (milliseconds) */
  hit(key: string, windowMs: number): Promise<{ readonly count: number; readonly endsAt: number }>;
}
