import { shortHash } from '../hash';
import type { EventOrigin } from '../events/event';
import type { RunKey } from './types';

export { skeletonHash } from './skeleton';

export type MintedKind = 'event' | 'command' | 'wait' | 'update' | 'stream';

/**
 * Ids of all that a run sends out. Nothing of the engine is in them: a reset replays the old part under
 * another engine run, and must come to the same ids.
 */
export const mintId = (kind: MintedKind, { run, gen, turn, ordinal }: EventOrigin): string =>
  shortHash(JSON.stringify([kind, run, gen, turn, ordinal]));

/** Id of the flush that ends with this turn. */
export const flushId = (run: RunKey, gen: number, turn: number): string =>
  shortHash(JSON.stringify(['flush', run, gen, turn]));
