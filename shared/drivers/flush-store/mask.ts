/** What stored events and traces may show of secrets. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { envelopeSize } from '../../core/events/envelope-size';
import type { Event } from '../../core/events/event';
import type { FlushRequest, TraceRecord } from '../../core/run/flush';
import { redactEvent } from '../../core/secrets/redact-event';
import { knownSecrets, mapTexts, redact, REDACTED } from '../../core/secrets/redact';

/** Whose secrets: the workspace's, and those that the run was given. */
export type Secretive = Pick<FlushRequest, 'workspaceId' | 'secrets'>;

export interface Mask {
  /** Secrets inside texts become `REDACTED`, for good. */
  event(by: Secretive, event: Event): Event;
  /** Texts with secrets are kept sealed, so that the trace can still be replayed by who holds the key. */
  trace(by: Secretive, record: TraceRecord): TraceRecord;
}

export interface MaskOptions {
  /** Known secrets of a workspace. */
  readonly secretsOf: (workspaceId: string) => readonly string[];
  /** 32 bytes. */
  readonly key: Buffer;
}

export function createMask({ secretsOf, key }: MaskOptions): Mask {
  const known = ({ workspaceId, secrets = [] }: Secretive) =>
    secrets.length === 0 ? secretsOf(workspaceId) : knownSecrets([...secretsOf(workspaceId), ...secrets]);
  return {
    event(by, event) {
      const shown = redactEvent(event, known(by));
      return shown === event ? event : { ...shown, size: envelopeSize(shown) };
    },
    trace: (by, record) => redact(record, known(by), (text) => seal(key, text)),
  };
}

const SEALED = `${REDACTED}:`;
const [IV_BYTES, TAG_BYTES] = [12, 16];

function seal(key: Buffer, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return SEALED + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
}

/** A record with its sealed texts opened. What only looks like one, or has another key, stays as it is. */
export const unsealTrace = (key: Buffer, record: TraceRecord): TraceRecord =>
  mapTexts(record, (text) => (text.startsWith(SEALED) ? (unseal(key, text.slice(SEALED.length)) ?? text) : text));

function unseal(key: Buffer, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined; // Not sealed by us, or under another key.
  }
}
