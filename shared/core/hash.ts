import { sha256 } from '@noble/hashes/sha256';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** sha256 of the text's UTF-8 bytes, 64 hexadecimal digits. Pure, so the workflow sandbox may use it too. */
export function sha256Hex(text: string): string {
  let hex = '';
  for (const byte of sha256(text)) hex += HEX[byte];
  return hex;
}

/** The first 26 characters (130 bits) of the text's sha256 in lower-case base32: safe in ids, URLs and file names. */
export function shortHash(text: string): string {
  let out = '';
  let bits = 0;
  let held = 0;
  for (const byte of sha256(text)) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5 && out.length < 26) {
      bits -= 5;
      out += BASE32[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
    if (out.length === 26) break;
  }
  return out;
}
