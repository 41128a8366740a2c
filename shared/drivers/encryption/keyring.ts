/** Keys of an installation: one encrypts, the older ones still decrypt what was encrypted with them. */
import { createHash } from 'node:crypto';
import { fail } from '../../core/errors/errors';

export const KEY_BYTES = 32;

export interface EncryptionKey {
  /** Of the key's hash: stands beside what was encrypted, and tells nothing of the key. */
  readonly id: string;
  readonly secret: Buffer;
}

export interface Keyring {
  readonly current: EncryptionKey;
  readonly all: readonly EncryptionKey[];
  /** @throws ConfigurationError that names the key, and what to do */
  get(id: string): EncryptionKey;
}

/** @param secrets 32 bytes each, the one in use first */
export function createKeyring(secrets: readonly [Buffer, ...Buffer[]]): Keyring {
  const all = secrets.map((secret) => ({ id: idOf(secret), secret }));
  const byId = new Map(all.map((key) => [key.id, key]));
  return {
    current: all[0] as EncryptionKey,
    all,
    get(id) {
      const key = byId.get(id);
      if (key) return key;
      throw fail(
        'ConfigurationError',
        `The encryption key ${id} is missing: put its line back into the file encryption-keys of DATA_DIR`,
        { key: id },
      );
    },
  };
}

const idOf = (secret: Buffer): string => createHash('sha256').update(secret).digest('hex').slice(0, 12);
