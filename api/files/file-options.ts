import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import type { FileMetadata, StoredFile } from '../../shared/ports/file-records';
import { invalid } from './refuse';
import { newSecret } from './tokens';

/** What its uploader says of a file; `null` takes away, absent leaves alone. */
export interface FileOptions {
  readonly public?: boolean;
  readonly expiresAfter?: number | null;
  readonly shareToken?: string | null;
  readonly metadata?: FileMetadata;
}

const LONGEST_S = 315_360_000;
const MOST_METADATA = 50;
const MOST_CHARACTERS = 1_000;
const METADATA_NAME = /^[A-Za-z][\w.-]{0,63}$/;
/** Can stand in an address; a shorter one would be guessed. */
const SHARE_TOKEN = /^[\w.~-]{8,200}$/;

/** @throws RequestValidationError that names the field, and what it may be */
export function readOptions(given: JsonObject, at = '/body'): FileOptions {
  for (const field of Object.keys(given))
    if (!Object.hasOwn(READERS, field))
      throw invalid(`${at}/${field.slice(0, 100)}`, `Not known; ${Object.keys(READERS).join(', ')} can be given`);
  return Object.fromEntries(
    Object.entries(given).map(([field, value]) => [
      field,
      READERS[field as keyof FileOptions](value as Json, `${at}/${field}`),
    ]),
  );
}

const READERS: { readonly [field in keyof Required<FileOptions>]: (value: Json, path: string) => unknown } = {
  public(value, path) {
    if (typeof value !== 'boolean') throw invalid(path, 'Give true or false');
    return value;
  },
  expiresAfter(value, path) {
    if (value === null || value === 0) return null;
    if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= LONGEST_S) return value;
    throw invalid(path, `Give whole seconds from 1 to ${LONGEST_S}, or 0 for ever`);
  },
  shareToken(value, path) {
    if (value === true) return newSecret();
    if (value === null || value === false) return null;
    if (typeof value === 'string' && SHARE_TOKEN.test(value)) return value;
    throw invalid(path, 'Give true for a new one, false for none, or 8 to 200 letters, digits and - _ . ~');
  },
  metadata(value, path) {
    if (!isObject(value)) throw invalid(path, 'Give an object');
    const entries = Object.entries(value);
    if (entries.length > MOST_METADATA) throw invalid(path, `More than ${MOST_METADATA} names`);
    for (const [name, one] of entries) {
      if (!METADATA_NAME.test(name))
        throw invalid(`${path}/${name.slice(0, 100)}`, 'A name is a letter, then up to 63 letters, digits and _ . -');
      const fits = typeof one === 'boolean' || Number.isFinite(one) || typeof one === 'string';
      if (!fits || String(one).length > MOST_CHARACTERS)
        throw invalid(`${path}/${name}`, `Give a text of up to ${MOST_CHARACTERS} characters, a number or a boolean`);
    }
    return Object.fromEntries(entries);
  },
};

/** The file with them. An expiry counts from now. */
export function withOptions(file: StoredFile, options: FileOptions, now: number): StoredFile {
  const { expiresAfter, shareToken, ...others } = options;
  const { expiresAfter: oldAfter, expiresAt: oldAt, shareToken: oldToken, ...rest } = file;
  const after = expiresAfter === undefined ? oldAfter : (expiresAfter ?? undefined);
  const at = expiresAfter === undefined ? oldAt : expiresAfter === null ? undefined : now + 1000 * expiresAfter;
  const token = shareToken === undefined ? oldToken : (shareToken ?? undefined);
  return {
    ...rest,
    ...others,
    ...(after !== undefined && { expiresAfter: after }),
    ...(at !== undefined && { expiresAt: at }),
    ...(token !== undefined && { shareToken: token }),
  };
}
