import { createHash, timingSafeEqual } from 'node:crypto';

/** Is this the key of internal calls? How long the answer takes says nothing about the key. */
export const isInternalKey = (given: string | undefined, key: string): boolean =>
  given !== undefined && timingSafeEqual(hashOf(given), hashOf(key));

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
