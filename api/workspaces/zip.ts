import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { ZipFile as ZipWriter } from 'yazl';
import { PlatformError } from '../../shared/core/errors/errors';
import type { JsonObject } from '../../shared/core/json';
import type { Texts } from '../../shared/ports/deployments';

/** Bounds of an archive, by what is in it: a bomb is small outside. */
export interface ZipLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
}

/** Of one workspace. */
export const ZIP_LIMITS: ZipLimits = { files: 5_000, fileBytes: 1_048_576, totalBytes: 50_000_000 };

/** 400, unlike an upload that is too large. */
export const badUpload = (message: string, details: JsonObject = {}): PlatformError =>
  new PlatformError({ code: 'InvalidUploadError', status: 400 }, `Invalid upload: ${message}`, details);

/** The same files give the same bytes. */
const MTIME = new Date(Date.UTC(2000, 0, 1));

export async function writeZip(files: { readonly [path: string]: string | Uint8Array }): Promise<Buffer> {
  const zip = new ZipWriter();
  for (const path of Object.keys(files).sort()) zip.addBuffer(bytesOf(files[path] ?? ''), path, { mtime: MTIME });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

const bytesOf = (content: string | Uint8Array): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);

/**
 * Names and texts of those files of an archive that `isWanted` names; the others are not unpacked.
 * @throws InvalidUploadError (400) it is no archive, names of files that lead outside, too many or too large files
 */
export async function readZip(bytes: Buffer, isWanted: Wanted, limits: ZipLimits = ZIP_LIMITS): Promise<Texts> {
  const contents = await readZipBytes(bytes, isWanted, limits);
  return Object.fromEntries([...contents].map(([name, content]) => [name, content.toString('utf8')]));
}

/** Of the names of all files those that are to be unpacked. */
export type Wanted = (names: readonly string[]) => ReadonlySet<string>;

/** @throws InvalidUploadError (400), as `readZip` */
export async function readZipBytes(
  bytes: Buffer,
  isWanted: Wanted,
  limits: ZipLimits,
): Promise<ReadonlyMap<string, Buffer>> {
  const zip = await openZip(bytes);
  const entries = await listEntries(zip, limits);
  const wanted = isWanted(entries.map(({ fileName }) => fileName));
  const contents = new Map<string, Buffer>();
  let total = 0;
  for (const entry of entries) {
    if (!wanted.has(entry.fileName)) continue;
    if (contents.has(entry.fileName)) throw badUpload(`${shown(entry)} is there twice`);
    const content = await unpack(zip, entry, limits);
    if ((total += content.length) > limits.totalBytes)
      throw badUpload('the archive holds too much', { limitBytes: limits.totalBytes });
    contents.set(entry.fileName, content);
  }
  return contents;
}

const shown = ({ fileName }: Entry): string => JSON.stringify(fileName.slice(0, 200));

/** Names are checked by the library: absolute ones, `..` and backslashes are errors. */
function openZip(bytes: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true, strictFileNames: true, validateEntrySizes: true }, (error, zip) => {
      if (error) reject(badUpload(`no zip archive: ${error.message.slice(0, 200)}`));
      else resolve(zip);
    });
  });
}

function listEntries(zip: ZipFile, { files, totalBytes }: ZipLimits): Promise<readonly Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    let declared = 0;
    zip.on('entry', (entry: Entry) => {
      declared += entry.uncompressedSize;
      if (entries.push(entry) > files) return reject(badUpload('too many files', { limit: files }));
      if (declared > totalBytes) return reject(badUpload('the archive holds too much', { limitBytes: totalBytes }));
      zip.readEntry();
    });
    zip.on('error', (error: Error) => reject(badUpload(error.message.slice(0, 300))));
    zip.on('end', () => resolve(entries.filter(({ fileName }) => !fileName.endsWith('/'))));
    zip.readEntry();
  });
}

function unpack(zip: ZipFile, entry: Entry, { fileBytes }: ZipLimits): Promise<Buffer> {
  if (entry.uncompressedSize > fileBytes) throw badUpload(`${shown(entry)} is too large`, { limitBytes: fileBytes });
  if (entry.isEncrypted()) throw badUpload(`${shown(entry)} is encrypted`);
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return reject(badUpload(`${shown(entry)}: ${error.message.slice(0, 200)}`));
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => void pieces.push(piece));
      // More bytes than declared is an error of the stream: the sum above holds for what is unpacked, too.
      stream.on('error', (failure: Error) => reject(badUpload(`${shown(entry)}: ${failure.message.slice(0, 200)}`)));
      stream.on('end', () => resolve(Buffer.concat(pieces)));
    });
  });
}
