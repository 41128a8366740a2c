import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Time-based one-time passwords as apps make them (RFC 6238): SHA-1, six digits, thirty seconds. */
const STEP_MS = 30_000;
const DIGITS = 6;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 160 bits, Base32. */
export const newTotpSecret = (): string => [...randomBytes(32)].map((byte) => ALPHABET[byte % 32]).join('');

export function totpAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  const number = (digest.readUInt32BE(offset) & 0x7fffffff) % 10 ** DIGITS;
  return String(number).padStart(DIGITS, '0');
}

/** @returns the step whose code this is, one before or after now at most; null = none */
export function stepOf(secret: string, code: string, now: number): number | null {
  const current = Math.floor(now / STEP_MS);
  const given = Buffer.from(code.padEnd(DIGITS).slice(0, DIGITS));
  const matches = [current - 1, current, current + 1].filter((step) =>
    timingSafeEqual(Buffer.from(totpAt(secret, step)), given),
  );
  return code.length === DIGITS ? (matches.at(-1) ?? null) : null;
}

export const totpStep = (now: number): number => Math.floor(now / STEP_MS);

function fromBase32(text: string): Buffer {
  let [bits, value] = [0, 0];
  const bytes: number[] = [];
  for (const letter of text) {
    value = ((value << 5) | ALPHABET.indexOf(letter)) & 0xffff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  return Buffer.from(bytes);
}
