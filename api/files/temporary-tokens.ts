import { createHmac, timingSafeEqual } from 'node:crypto';
import type { StoredFile } from '../../shared/ports/upload-store';

const DIGEST_LENGTH = 64;

/**
 * Opens one file until a moment: 64 hexadecimal digits of a keyed SHA-256 over the file and that moment, then the moment
 * in hexadecimal. Nothing is stored for it.
 */
export const temporaryToken = (file: StoredFile, expiresAt: number): string =>
  createHmac('sha256', file.secret)
    .update(`${file.workspaceId}/${file.id}/${file.createdAt}/${expiresAt}`)
    .digest('hex') + expiresAt.toString(16);

/** A temporary token that is still good, or the token that the file is shared with. */
export function opens(token: string, file: StoredFile, now: number): boolean {
  if (file.shareToken !== undefined && isSame(token, file.shareToken)) return true;
  const expiresAt = Number.parseInt(token.slice(DIGEST_LENGTH), 16);
  return expiresAt > now && isSame(token, temporaryToken(file, expiresAt));
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
