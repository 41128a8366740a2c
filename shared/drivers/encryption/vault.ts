/**
 * What rests in columns of the store, kept sealed where secrets may be in it. A sealed column is no JSON text, so that no
 * value of a user can pretend to be one.
 */
import { fail } from '../../core/errors/errors';
import { decrypt, encrypt } from './cipher';
import type { Keyring } from './keyring';

export interface Vault {
  seal(text: string): string;
  /** A text that is not sealed stays as it is. @throws ConfigurationError when its key is missing */
  open(text: string): string;
}

const PREFIX = 'sealed:';

export const isSealed = (text: string): boolean => text.startsWith(PREFIX);

export function createVault(keyring: Keyring): Vault {
  return {
    seal: (text) =>
      `${PREFIX}${keyring.current.id}:${encrypt(keyring.current, Buffer.from(text)).toString('base64url')}`,
    open(text) {
      if (!isSealed(text)) return text;
      const [id = '', sealed = ''] = text.slice(PREFIX.length).split(':');
      const opened = decrypt(keyring.get(id), Buffer.from(sealed, 'base64url'));
      if (!opened) throw fail('ConfigurationError', `A sealed value of the store was changed (key ${id})`, { key: id });
      return opened.toString('utf8');
    },
  };
}

/** Of stores that nobody has given a key: nothing is sealed. */
export const openVault: Vault = { seal: (text) => text, open: (text) => text };
