import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { StoredFile } from '../../shared/ports/file-records';

export const newSecret = (): string => randomBytes(32).toString('base64url');

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In a time that tells nothing of where they differ. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b));

const TEMPORARY = /^([0-9a-f]{64})([1-9a-f][0-9a-f]{0,11})$/;

/**
 * SHA-256 of secret, date of creation and end, then the end, both hexadecimal. The secret is of this file alone: two files
 * of one form have the same date.
 */
export const temporaryToken = ({ secret, createdAt }: StoredFile, expiresAt: number): string =>
  sha256(`${secret}${createdAt}${expiresAt}`).toString('hex') + expiresAt.toString(16);

/** Does the token open this file now? */
export function opens(token: string, file: StoredFile, now: number): boolean {
  if (file.shareToken !== undefined && isSame(token, file.shareToken)) return true;
  const expiresAt = Number.parseInt(TEMPORARY.exec(token)?.[2] ?? '0', 16);
  return expiresAt > now && isSame(token, temporaryToken(file, expiresAt));
}
