import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate that vouches for itself, for one address of this machine, and its key (PEM). */
export interface SelfSigned {
  readonly cert: string;
  readonly key: string;
}

const tagged = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts);
const oid = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));
const utc = (date: Date): Buffer => tagged(0x17, Buffer.from(`${date.toISOString().replace(/\D/g, '').slice(2, 14)}Z`));
const bits = (content: Buffer): Buffer => tagged(0x03, Buffer.from([0]), content);
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), tagged(0x04, value));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const YEAR_MS = 365 * 86_400_000;

/** For 127.0.0.1. Written by hand, so that tests need no program that makes certificates. */
export function selfSigned(now = Date.now()): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from('ostinato test')))));
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    name,
    sequence(utc(new Date(now - YEAR_MS)), utc(new Date(now + YEAR_MS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(
      0xa3,
      sequence(
        extension('551d13', sequence(tagged(0x01, Buffer.from([0xff])))),
        extension('551d11', sequence(tagged(0x87, Buffer.from([127, 0, 0, 1])))),
      ),
    ),
  );
  const der = sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, privateKey)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
