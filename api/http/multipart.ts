import type { IncomingMessage } from 'node:http';
import busboy, { type FileInfo } from 'busboy';
import type { Readable } from 'node:stream';
import { fail, type PlatformError } from '../../shared/core/errors/errors';
import type { Json, JsonObject } from '../../shared/core/json';

export interface UploadLimits {
  /** Of one file. */
  readonly fileLimitBytes: number;
  /** Of the form; absent = as many as it may have parts. */
  readonly filesLimit?: number;
}

const FIELD_LIMIT_BYTES = 1024 * 1024;
const PARTS_LIMIT = 50;
/** Of all values together: as base64, this is just below what one value of a run may be. */
const TOTAL_LIMIT_BYTES = 14_000_000;
/** Where a file or field without a name goes. */
const NAMELESS = 'file';

export const isMultipart = ({ headers }: IncomingMessage): boolean =>
  /^multipart\/form-data\s*(;|$)/i.test(headers['content-type'] ?? '');

/**
 * Reads a form with files: a text for each field, `{fieldname, originalname, encoding, mimetype,
 * size, base64}` for each file, a flat list for several under one name.
 * @throws InvalidUploadError a limit is exceeded · RequestValidationError it is no such form, or ends too early
 */
export function readForm(
  request: IncomingMessage,
  { fileLimitBytes, filesLimit = PARTS_LIMIT }: UploadLimits,
): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const form = new Form();
    const files: Promise<void>[] = [];
    let reader: busboy.Busboy | undefined;
    const refuse = (error: PlatformError): void => {
      request.unpipe();
      // The rest is thrown away: a client that still sends would not read the answer.
      request.resume();
      reject(error);
      reader?.destroy();
    };
    const malformed = () => refuse(fail('RequestValidationError', 'The body of the request is not a valid form'));
    const tooLarge = (what: string, limit: number) =>
      refuse(fail('InvalidUploadError', `Invalid upload: ${what}`, { limit }));
    const count = (bytes: number) => {
      if (form.take(bytes) > TOTAL_LIMIT_BYTES) tooLarge('the form is too large', TOTAL_LIMIT_BYTES);
    };
    try {
      // One more each: the parser tells of a limit when it is reached, not when it is exceeded.
      const limits = {
        files: filesLimit,
        fieldSize: FIELD_LIMIT_BYTES + 1,
        fileSize: fileLimitBytes + 1,
        parts: PARTS_LIMIT + 1,
      };
      reader = busboy({ headers: request.headers, defParamCharset: 'utf8', limits });
    } catch {
      return malformed();
    }
    reader.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated) return tooLarge(`the field ${name} is too large`, FIELD_LIMIT_BYTES);
      count(value.length);
      form.add(name, value);
    });
    reader.on('file', (name, stream, info) => {
      const place = form.add(name, null);
      files.push(
        collect(stream, count).then((content) => {
          if (content.length > fileLimitBytes) tooLarge(`the file ${info.filename} is too large`, fileLimitBytes);
          else form.put(place, fileOf(name, info, content));
        }, malformed),
      );
    });
    // Told when it is exceeded; the file is passed over.
    reader.on('filesLimit', () => tooLarge(`too many files, this form may have ${filesLimit}`, filesLimit));
    reader.on('partsLimit', () => tooLarge('too many parts', PARTS_LIMIT));
    reader.on('error', malformed);
    request.on('aborted', malformed);
    reader.on('close', () => void Promise.all(files).then(() => resolve(form.body())));
    request.pipe(reader);
  });
}

async function collect(stream: Readable, count: (bytes: number) => void): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream as AsyncIterable<Buffer>) {
    count(piece.length);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const fileOf = (name: string, { filename, encoding, mimeType }: FileInfo, content: Buffer): JsonObject => ({
  fieldname: name || NAMELESS,
  originalname: filename ?? '',
  encoding,
  mimetype: mimeType,
  size: content.length,
  base64: content.toString('base64'),
});

/** What has been read, in the order of the parts. */
class Form {
  private readonly parts: { readonly name: string; value: Json }[] = [];
  private bytes = 0;

  /** @returns how many bytes there are now */
  take(bytes: number): number {
    return (this.bytes += bytes);
  }

  /** @returns its place */
  add(name: string | undefined, value: Json): number {
    return this.parts.push({ name: name || NAMELESS, value }) - 1;
  }

  put(place: number, value: Json): void {
    const part = this.parts[place];
    if (part) part.value = value;
  }

  body(): JsonObject {
    const byName = new Map<string, Json[]>();
    for (const { name, value } of this.parts) {
      const values = byName.get(name);
      if (values) values.push(value);
      else byName.set(name, [value]);
    }
    // Not by assignment: `__proto__` is a name like any other.
    return Object.fromEntries(
      [...byName].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? null) : values]),
    );
  }
}
