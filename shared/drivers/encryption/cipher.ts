/** AES-256-GCM, as `nonce | tag | text`. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { EncryptionKey } from './keyring';

const CIPHER = 'aes-256-gcm';
const [NONCE_BYTES, TAG_BYTES] = [12, 16];

export const encrypt = (key: EncryptionKey, plain: Uint8Array): Buffer =>
  encryptWith(key, plain, randomBytes(NONCE_BYTES));

/** Equal bytes give equal bytes, so that what is stored by its digest is stored once. The nonce is made of the text. */
export const encryptAlike = (key: EncryptionKey, plain: Uint8Array): Buffer =>
  encryptWith(key, plain, createHmac('sha256', key.secret).update(plain).digest().subarray(0, NONCE_BYTES));

function encryptWith({ secret }: EncryptionKey, plain: Uint8Array, nonce: Buffer): Buffer {
  const cipher = createCipheriv(CIPHER, secret, nonce);
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** @returns undefined for what was not encrypted with this key, or was changed since */
export function decrypt({ secret }: EncryptionKey, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, secret, sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const body = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
    decipher.final();
    return body;
  } catch {
    return undefined;
  }
}
