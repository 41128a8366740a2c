import { sha256Hex } from '../hash';

/** One draw of mulberry32 (Tommy Ettinger, public domain): small enough that its whole state is one number of the run's. */
export function draw(state: number): { readonly value: number; readonly state: number } {
  const next = (state + 0x6d2b79f5) >>> 0;
  let t = next;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return { value: ((t ^ (t >>> 14)) >>> 0) / 4294967296, state: next };
}

/** Seed of a run whose start names none: always the same for the same run. */
export const seedOf = (runKey: string): number => parseInt(sha256Hex(JSON.stringify(['seed', runKey])).slice(0, 8), 16);

/** Correlation id of a run whose start names none. */
export const correlationIdOf = (runKey: string): string =>
  sha256Hex(JSON.stringify(['correlation', runKey])).slice(0, 32);
