import busboy, { type FileInfo } from 'busboy';
import type { Readable } from 'node:stream';
import { isPlatformError } from '../../shared/core/errors/errors';
import { isObject, type Json } from '../../shared/core/json';
import type { HttpRequest } from '../http/contract';
import { isDataUri, parseDataUri } from './data-uri';
import { safeName } from './file-name';
import { isOption, type FormFields } from './form-options';
import { invalid, tooLarge } from './refuse';

export interface UploadLimits {
  /** Of one file. */
  readonly fileLimitBytes: number;
  /** Of all files together. */
  readonly formLimitBytes: number;
}

/** A file on its way in. Its content must be read, or refused, before the next one comes. */
export interface IncomingFile {
  readonly name: string;
  readonly mimetype: string;
  /** Breaks off where it becomes too large, or the form ends too early. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface Upload<T> {
  /** In the order of the form. */
  readonly files: readonly T[];
  readonly fields: FormFields;
}

/** What becomes of a file; called for one after the other. */
type Take<T> = (file: IncomingFile) => Promise<T>;

const PARTS_LIMIT = 1_000;
/** Characters of all fields together: one data URI of the largest file, and something beside it. */
const FIELDS_LIMIT = 20_000_000;
const NAMELESS = 'file';

/**
 * Reads a form with files, `multipart/form-data` or JSON with data URIs, and hands each file on as it comes.
 * @throws InvalidUploadError · RequestValidationError it is no such form, or ends too early · what `take` throws; every
 *   file that was handed on is done with by then
 */
export function readUpload<T>(request: HttpRequest, limits: UploadLimits, take: Take<T>): Promise<Upload<T>> {
  const { incoming, headers } = request;
  if (!incoming) throw new Error('cannot happen: the contract says `x-stream-body`');
  const type = headers['content-type'] ?? '';
  const form = new Form(limits, take);
  if (/^multipart\/form-data\s*(;|$)/i.test(type)) return readMultipart(incoming, type, form);
  if (/^application\/json\s*(;|$)/i.test(type)) return readJson(incoming, form);
  throw invalid('/headers/content-type', 'Send the files as multipart/form-data, or as data URIs in JSON');
}

/** What has come of a form so far. */
class Form<T> {
  private readonly fields = new Map<string, string[]>();
  private readonly files: Promise<T>[] = [];
  private last: Promise<unknown> = Promise.resolve();
  private fieldCharacters = 0;
  private fileBytes = 0;
  private failure: { readonly error: unknown } | undefined;
  /** Told of the first failure: nothing more is wanted. */
  onFailure: () => void = () => undefined;

  constructor(
    private readonly limits: UploadLimits,
    private readonly take: Take<T>,
  ) {}

  fail = (error: unknown): void => {
    if (this.failure) return;
    this.failure = { error };
    this.onFailure();
  };

  /** @throws RequestValidationError · InvalidUploadError */
  addField(name: string, value: string): void {
    if ((this.fieldCharacters += value.length) > FIELDS_LIMIT)
      throw tooLarge('what the fields of the form hold together', FIELDS_LIMIT);
    if (isOption(name)) this.fields.set(name, [...(this.fields.get(name) ?? []), value]);
    else if (isDataUri(value)) {
      const { bytes, mimetype, name: filename = name } = parseDataUri(value, name);
      this.addFile(filename, mimetype, oneOf(bytes));
    } else
      throw invalid(
        `/body/${name.slice(0, 100)}`,
        'This field is neither a file nor a data URI, nor public, expiresAfter, shareToken or metadata.<name>',
      );
  }

  /** One file at a time is handed on: what follows waits in the connection. */
  addFile(name: string, mimetype: string, content: AsyncIterable<Uint8Array>): void {
    const shown = safeName(name);
    const file = { name: shown, mimetype, content: this.counted(shown, content) };
    const taken = this.last.then(() => {
      if (this.failure) throw this.failure.error;
      return this.take(file);
    });
    taken.catch(this.fail);
    this.last = taken.catch(() => undefined);
    this.files.push(taken);
  }

  /** When everything that was handed on is done with. */
  async done(): Promise<Upload<T>> {
    const files = await Promise.allSettled(this.files);
    if (this.failure) throw this.failure.error;
    return { files: files.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])), fields: this.fields };
  }

  private async *counted(name: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { fileLimitBytes, formLimitBytes } = this.limits;
    let bytes = 0;
    try {
      for await (const piece of content) {
        if ((bytes += piece.length) > fileLimitBytes) throw tooLarge(`the file ${name}`, fileLimitBytes);
        if ((this.fileBytes += piece.length) > formLimitBytes) throw tooLarge('the form', formLimitBytes);
        yield piece;
      }
    } catch (error) {
      throw isPlatformError(error) ? error : brokenOff();
    }
  }
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const brokenOff = () => invalid('/body', 'The body of the request is no valid form, or ends too early');

async function readMultipart<T>(incoming: Readable, type: string, form: Form<T>): Promise<Upload<T>> {
  let reader: busboy.Busboy;
  try {
    // One more: the parser tells of a limit when it is reached, not when it is exceeded.
    const limits = { fieldSize: FIELDS_LIMIT + 1, parts: PARTS_LIMIT + 1 };
    reader = busboy({ headers: { 'content-type': type }, defParamCharset: 'utf8', limits });
  } catch {
    throw brokenOff();
  }
  const refusing = (job: () => void) => {
    try {
      job();
    } catch (error) {
      form.fail(error);
    }
  };
  reader.on('field', (name, value) => refusing(() => form.addField(name || NAMELESS, value)));
  reader.on('file', (_name, stream, { filename, mimeType }: Partial<FileInfo>) => {
    // Who reads it is told as well; nobody may be reading it yet.
    stream.on('error', () => undefined);
    form.addFile(filename ?? '', mimeType ?? '', stream);
  });
  reader.on('partsLimit', () => form.fail(invalid('/body', `The form has more than ${PARTS_LIMIT} parts`)));
  await new Promise<void>((resolve) => {
    const broken = () => form.fail(brokenOff());
    form.onFailure = () => {
      // The rest is thrown away: a client that still sends would not read the answer.
      incoming.unpipe(reader);
      incoming.resume();
      reader.destroy();
      resolve();
    };
    reader.on('error', broken);
    incoming.on('aborted', broken).on('error', broken);
    reader.on('close', () => resolve());
    incoming.pipe(reader);
  });
  return form.done();
}

async function readJson<T>(incoming: Readable, form: Form<T>): Promise<Upload<T>> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of incoming as AsyncIterable<Buffer>) {
      // Read to the end: a client that still sends would not read the answer.
      if ((size += piece.length) <= FIELDS_LIMIT) pieces.push(piece);
    }
  } catch {
    throw brokenOff();
  }
  if (size > FIELDS_LIMIT) throw tooLarge('the body', FIELDS_LIMIT);
  try {
    for (const [name, value] of Object.entries(parseJson(Buffer.concat(pieces).toString('utf8'))))
      for (const one of [value].flat()) form.addField(name, textOf(name, one as Json));
  } catch (error) {
    form.fail(error);
  }
  return form.done();
}

function parseJson(text: string): object {
  try {
    const found = JSON.parse(text) as Json;
    if (isObject(found)) return found;
  } catch {
    // Said below.
  }
  throw brokenOff();
}

function textOf(name: string, value: Json): string {
  if (typeof value === 'object' && value !== null)
    throw invalid(`/body/${name.slice(0, 100)}`, 'Give a text, a number, a boolean, or a list of them');
  return value === null ? '' : String(value);
}
