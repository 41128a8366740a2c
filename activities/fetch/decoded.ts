import { pipeline, type Readable } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

// Lenient at the end, so that a body of no bytes at all is one.
const lenient = { finishFlush: constants.Z_SYNC_FLUSH };
const decoders = new Map<string, () => NodeJS.ReadWriteStream & Readable>([
  ['gzip', () => createGunzip(lenient)],
  ['x-gzip', () => createGunzip(lenient)],
  ['deflate', () => createInflate(lenient)],
  ['br', () => createBrotliDecompress()],
]);

/** The body without its `content-encoding`: some APIs compress though nobody asks for it. An unknown one is left alone. */
export function decoded(body: Readable, contentEncoding: unknown): Readable {
  const named = typeof contentEncoding === 'string' ? contentEncoding.toLowerCase().split(',') : [];
  const encodings = named.map((one) => one.trim()).filter((one) => one !== '' && one !== 'identity');
  if (encodings.some((one) => !decoders.has(one))) return body;
  // A failure of the source or of a decoder destroys what is read here: there it is told.
  return encodings.reduceRight((source, one) => {
    const decoder = decoders.get(one)?.();
    return decoder ? pipeline(source, decoder, () => undefined) : source;
  }, body);
}
