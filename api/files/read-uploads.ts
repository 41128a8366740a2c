import { fail } from '../../shared/core/errors/errors';
import { PlatformError } from '../../shared/core/errors/platform-error';
import { readDataUri } from '../../shared/core/files/data-uri';
import { isTypeIn, plainType } from '../../shared/core/files/mimetype';
import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import type { FileSettings } from './dependencies';

/** One file of an upload, with what was said of it. */
export interface Upload {
  readonly name: string;
  readonly mimetype: string;
  readonly content: Buffer;
  readonly public: boolean;
  readonly isShared: boolean;
  readonly expiresAfterMs?: number;
  readonly metadata: { readonly [name: string]: string };
}

/** Of one file; longer ones are none of ours to keep. */
const METADATA_NAME = /^[A-Za-z0-9_-]{1,60}$/;
const METADATA_LENGTH = 1_000;
const NAME_LENGTH = 255;
/** Ten years. */
export const LONGEST_SECONDS = 315_360_000;

const OPTIONS = ['expiresAfter', 'public', 'shareToken'];
const isOption = (field: string): boolean => OPTIONS.includes(field) || field.startsWith('metadata.');

/**
 * The files of a form, in its order. An option that is given once counts for all of them, one that is repeated by place.
 * @throws MissingFieldError · InvalidUploadError · RequestValidationError
 */
export function readUploads(body: Json | undefined, settings: FileSettings): readonly Upload[] {
  const form = isObject(body) ? body : {};
  const files = Object.entries(form).flatMap(([field, value]) =>
    isOption(field) ? [] : [value].flat().map((one) => contentOf(field, one, settings)),
  );
  if (files.length === 0)
    throw fail('MissingFieldError', 'Send one file or more, as parts of a form or as data URIs', { fields: ['file'] });
  return files.map((file, place) => ({ ...file, ...optionsOf(form, place, settings) }));
}

function contentOf(field: string, value: Json | undefined, settings: FileSettings) {
  const { name, mimetype, base64 } = partOf(field, value);
  const content = Buffer.from(base64, 'base64');
  if (content.length > settings.maxBytes)
    throw fail('InvalidUploadError', `Invalid upload: the file ${name} is too large`, { limit: settings.maxBytes });
  if (!isTypeIn(mimetype, settings.allowedTypes) || isTypeIn(mimetype, settings.forbiddenTypes))
    throw new PlatformError(
      { code: 'InvalidUploadError', status: 400 },
      `Invalid upload: ${mimetype} is not taken (the file ${name})`,
      { mimetype, allowed: settings.allowedTypes, forbidden: settings.forbiddenTypes },
    );
  return { name, mimetype, content };
}

/** A part of a form, or a text that holds a file. */
function partOf(field: string, value: Json | undefined) {
  if (isObject(value) && typeof value['base64'] === 'string') {
    const { originalname, mimetype, base64 } = value;
    return { name: nameOf(originalname, field), mimetype: plainType(String(mimetype)), base64 };
  }
  const uri = typeof value === 'string' ? readDataUri(value) : undefined;
  if (uri) return { ...uri, name: nameOf(uri.name, field) };
  throw invalid(field, 'is neither a file, nor `data:<type>;filename:<name>;base64,...`, nor an option');
}

/** Without folders: a name says what a file is called, not where it lies. */
const nameOf = (given: Json | undefined, field: string): string =>
  (typeof given === 'string' ? (given.split(/[\\/]/).at(-1) ?? '') : '').trim().slice(0, NAME_LENGTH) ||
  field.slice(0, NAME_LENGTH);

function optionsOf(form: JsonObject, place: number, { publicByDefault }: FileSettings) {
  const at = (field: string): string | undefined => {
    const values = Object.hasOwn(form, field) ? [form[field] ?? ''].flat() : [];
    const value = values.length > 1 ? values[place] : values[0];
    return value === undefined || value === '' ? undefined : String(value);
  };
  const expiresAfter = at('expiresAfter');
  const names = Object.keys(form).flatMap((field) => (field.startsWith('metadata.') ? [field.slice(9)] : []));
  const metadata = Object.fromEntries(names.flatMap((name) => entryOf(name, at(`metadata.${name}`))));
  return {
    public: truth('public', at('public')) ?? publicByDefault,
    isShared: truth('shareToken', at('shareToken')) ?? false,
    ...(expiresAfter !== undefined && { expiresAfterMs: 1_000 * secondsOf(expiresAfter) }),
    metadata,
  };
}

const entryOf = (name: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[name, checkedMetadata(name, value)]];

/** @throws RequestValidationError */
export function checkedMetadata(name: string, value: Json | undefined): string {
  if (!METADATA_NAME.test(name))
    throw invalid(`metadata.${name}`, 'must be named with up to 60 letters, digits, `_` and `-`');
  if (typeof value !== 'string' || value.length > METADATA_LENGTH)
    throw invalid(`metadata.${name}`, `must be a text of up to ${METADATA_LENGTH} characters`);
  return value;
}

function truth(field: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(true|1|yes)$/i.test(text)) return true;
  if (/^(false|0|no)$/i.test(text)) return false;
  throw invalid(field, 'must be `true` or `false`');
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_SECONDS) return seconds;
  throw invalid('expiresAfter', `must be a whole number of seconds from 1 to ${LONGEST_SECONDS}`);
}

const invalid = (field: string, message: string) =>
  fail('RequestValidationError', 'Invalid request', [
    { path: `/body/${field.slice(0, 200)}`, message, errorCode: 'invalid.openapi.validation' },
  ]);
