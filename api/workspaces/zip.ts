import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { ZipFile as ZipWriter } from 'yazl';
import { PlatformError } from '../../shared/core/errors/errors';
import type { JsonObject } from '../../shared/core/json';
import type { Texts } from '../../shared/ports/deployments';

/** Bounds of an archive, by what is in it: a bomb is small outside. */
export const ZIP_LIMITS = { files: 5_000, fileBytes: 1_048_576, totalBytes: 50_000_000 } as const;

/** 400, unlike an upload that is too large. */
export const badUpload = (message: string, details: JsonObject = {}): PlatformError =>
  new PlatformError({ code: 'InvalidUploadError', status: 400 }, `Invalid upload: ${message}`, details);

/** The same files give the same bytes. */
const MTIME = new Date(Date.UTC(2000, 0, 1));

export async function writeZip(files: Texts): Promise<Buffer> {
  const zip = new ZipWriter();
  for (const path of Object.keys(files).sort()) zip.addBuffer(Buffer.from(files[path] ?? ''), path, { mtime: MTIME });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

/**
 * Names and texts of those files of an archive that `isWanted` names; the others are not unpacked.
 * @throws InvalidUploadError (400) it is no archive, names of files that lead outside, too many or too large files
 */
export async function readZip(
  bytes: Buffer,
  isWanted: (names: readonly string[]) => ReadonlySet<string>,
): Promise<Texts> {
  const zip = await openZip(bytes);
  const entries = await listEntries(zip);
  const wanted = isWanted(entries.map(({ fileName }) => fileName));
  const texts = new Map<string, string>();
  let total = 0;
  for (const entry of entries) {
    if (!wanted.has(entry.fileName)) continue;
    if (texts.has(entry.fileName)) throw badUpload(`${shown(entry)} is there twice`);
    const content = await unpack(zip, entry);
    if ((total += content.length) > ZIP_LIMITS.totalBytes)
      throw badUpload('the archive holds too much', { limitBytes: ZIP_LIMITS.totalBytes });
    texts.set(entry.fileName, content.toString('utf8'));
  }
  return Object.fromEntries(texts);
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

function listEntries(zip: ZipFile): Promise<readonly Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    let declared = 0;
    zip.on('entry', (entry: Entry) => {
      declared += entry.uncompressedSize;
      if (entries.push(entry) > ZIP_LIMITS.files)
        return reject(badUpload('too many files', { limit: ZIP_LIMITS.files }));
      if (declared > ZIP_LIMITS.totalBytes)
        return reject(badUpload('the archive holds too much', { limitBytes: ZIP_LIMITS.totalBytes }));
      zip.readEntry();
    });
    zip.on('error', (error: Error) => reject(badUpload(error.message.slice(0, 300))));
    zip.on('end', () => resolve(entries.filter(({ fileName }) => !fileName.endsWith('/'))));
    zip.readEntry();
  });
}

function unpack(zip: ZipFile, entry: Entry): Promise<Buffer> {
  if (entry.uncompressedSize > ZIP_LIMITS.fileBytes)
    throw badUpload(`${shown(entry)} is too large`, { limitBytes: ZIP_LIMITS.fileBytes });
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
