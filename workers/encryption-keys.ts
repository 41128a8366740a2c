/**
 * Keys of an installation: `encryption-keys` in the data folder, made at the first start, readable by its user only.
 * One key a line, 32 bytes as base64; the first encrypts, the others still decrypt.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../shared/core/errors/errors';
import { createKeyring, KEY_BYTES, type Keyring } from '../shared/drivers/encryption/keyring';

const FILE = 'encryption-keys';
/** Its name when it kept the key of traces only. */
const FORMER_FILE = 'trace-key';

/** @throws ConfigurationError when a line is no key */
export function openKeyring(dataDir: string): Keyring {
  const [file, former] = [join(dataDir, FILE), join(dataDir, FORMER_FILE)];
  if (!existsSync(file) && existsSync(former)) renameSync(former, file);
  const known = readKeyring(dataDir);
  if (known) return known;
  const key = randomBytes(KEY_BYTES);
  writeFileSync(file, `${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return createKeyring([key]);
}

/** @returns undefined when the folder has none @throws ConfigurationError when a line is no key */
export function readKeyring(dataDir: string): Keyring | undefined {
  const file = [FILE, FORMER_FILE].map((name) => join(dataDir, name)).find(existsSync);
  if (file === undefined) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const keys = lines.flatMap((line, i) => (line.trim() === '' ? [] : [keyIn(line.trim(), `${file}:${i + 1}`)]));
  const [current, ...older] = keys;
  if (current === undefined)
    throw fail('ConfigurationError', `${file} holds no key: restore it from a backup`, { file });
  return createKeyring([current, ...older]);
}

/** The message shows nothing of the line. */
function keyIn(line: string, place: string): Buffer {
  const key = Buffer.from(line, 'base64');
  if (key.length === KEY_BYTES) return key;
  throw fail('ConfigurationError', `${place}: a key is ${KEY_BYTES} bytes as base64`, { place });
}
