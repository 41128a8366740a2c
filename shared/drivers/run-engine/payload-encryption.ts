/** Payloads of the engine, encrypted but for what operators read always: programs by name, sentences, counts. */
import { temporal } from '@temporalio/proto';
import type { Payload } from '@temporalio/common';
import { fail } from '../../core/errors/errors';
import { decrypt, encrypt, encryptAlike } from '../encryption/cipher';
import type { Keyring } from '../encryption/keyring';
import type { AppliesTo } from './encryption-scope';

export interface PayloadEncryption {
  readonly appliesTo: AppliesTo;
  /** @param alike equal payloads give equal ones: for those that are stored by digest */
  encrypt(payload: Payload, alike: boolean): Payload;
  isEncrypted(payload: Payload): boolean;
  /** @throws ConfigurationError when the key is missing */
  decrypt(payload: Payload): Payload;
}

export const ENCRYPTED = 'binary/ostinato-encrypted';
const ENCODING = Buffer.from(ENCRYPTED);
const KEY_ID = 'ostinato-key';
const PayloadProto = temporal.api.common.v1.Payload;

/** What is encrypted is read wherever it stands. @param appliesTo what is encrypted when it is written */
export function createPayloadEncryption(keyring: Keyring, appliesTo: AppliesTo = () => true): PayloadEncryption {
  const { current } = keyring;
  const metadata = { encoding: ENCODING, [KEY_ID]: Buffer.from(current.id) };
  return {
    appliesTo,
    encrypt(payload, alike) {
      if (isForOperators(payload)) return payload;
      const bytes = PayloadProto.encode(payload).finish();
      return { metadata, data: alike ? encryptAlike(current, bytes) : encrypt(current, bytes) };
    },
    isEncrypted: ({ metadata: found }) => found?.encoding !== undefined && ENCODING.equals(found.encoding ?? []),
    decrypt({ metadata: found, data }) {
      const id = Buffer.from(found?.[KEY_ID] ?? []).toString('utf8');
      const bytes = decrypt(keyring.get(id), data ?? new Uint8Array());
      if (!bytes) throw fail('ConfigurationError', `A payload of a run was changed (key ${id})`, { key: id });
      return PayloadProto.decode(bytes);
    },
  };
}

/** Envelopes that hold no values: which programs a run executes, and the answer to the engine's question how it stands. */
const READABLE = [Buffer.from('{"$programs":'), Buffer.from('{"definition":{')];

/**
 * Objects and lists are ours, with values inside; a lone text is a sentence for operators, a lone number a memo's depth:
 * both are made free of secrets where they are made.
 */
function isForOperators({ data }: Payload): boolean {
  const first = data?.[0];
  if (!data || first === undefined) return true;
  if (first !== 0x7b && first !== 0x5b) return true;
  return READABLE.some((prefix) => prefix.equals(data.subarray(0, prefix.length)));
}
