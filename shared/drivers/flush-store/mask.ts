/** What stored events and traces may show of secrets. */
import { envelopeSize } from '../../core/events/envelope-size';
import type { Event } from '../../core/events/event';
import type { FlushRequest, TraceRecord } from '../../core/run/flush';
import { redactEvent } from '../../core/secrets/redact-event';
import { knownSecrets, mapTexts, redact, REDACTED } from '../../core/secrets/redact';
import { decrypt, encrypt } from '../encryption/cipher';
import { disguisesOf } from '../encryption/disguises';
import type { Keyring } from '../encryption/keyring';

/** Whose secrets: the workspace's, and those that the run was given. */
export type Secretive = Pick<FlushRequest, 'workspaceId' | 'secrets'>;

export interface Mask {
  /** May anything of it hold a secret? */
  hides(by: Secretive): boolean;
  /** Secrets inside texts become `REDACTED`, for good. */
  event<E extends Event>(by: Secretive, event: E): E;
  /** Whatever else of a run is shown to those who look at it. */
  shown<T>(by: Secretive, value: T): T;
  /** Texts with secrets are kept sealed, so that the trace can still be replayed by who holds the key. */
  trace(by: Secretive, record: TraceRecord): TraceRecord;
}

export interface MaskOptions {
  /** Known secrets of a workspace. */
  readonly secretsOf: (workspaceId: string) => readonly string[];
  readonly keyring: Keyring;
}

export function createMask({ secretsOf, keyring }: MaskOptions): Mask {
  const looksOf = createLooks();
  const known = ({ workspaceId, secrets = [] }: Secretive) => looksOf(secretsOf(workspaceId), secrets);
  return {
    hides: ({ workspaceId, secrets = [] }) => secrets.length > 0 || secretsOf(workspaceId).length > 0,
    event(by, event) {
      const shown = redactEvent(event, known(by));
      return shown === event ? event : { ...shown, size: envelopeSize(shown) };
    },
    shown: (by, value) => redact(value, known(by)),
    trace: (by, record) => redact(record, known(by), (text) => seal(keyring, text)),
  };
}

/** Every look of these secrets, the longest first. Those of the workspace are made once. */
function createLooks() {
  const made = new WeakMap<readonly string[], readonly string[]>();
  return (ofWorkspace: readonly string[], ofRun: readonly string[]): readonly string[] => {
    let looks = made.get(ofWorkspace);
    if (!looks) made.set(ofWorkspace, (looks = knownSecrets(ofWorkspace.flatMap(disguisesOf))));
    // What a run hides are the workspace's secrets too, whose looks are there.
    const own = ofRun.filter((text) => !ofWorkspace.includes(text));
    return own.length === 0 ? looks : knownSecrets([...looks, ...own.flatMap(disguisesOf)]);
  };
}

const SEALED = `${REDACTED}:`;

const seal = ({ current }: Keyring, text: string): string =>
  SEALED + encrypt(current, Buffer.from(text)).toString('base64url');

/** A record with its sealed texts opened. What only looks like one, or has another key, stays as it is. */
export const unsealTrace = (keyring: Keyring, record: TraceRecord): TraceRecord =>
  mapTexts(record, (text) => (text.startsWith(SEALED) ? (unseal(keyring, text.slice(SEALED.length)) ?? text) : text));

/** A record as it may be shown: what is sealed in it stays unknown. */
export const withoutSealed = (record: TraceRecord): TraceRecord =>
  mapTexts(record, (text) => (text.startsWith(SEALED) ? REDACTED : text));

function unseal({ all }: Keyring, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  for (const key of all) {
    const opened = decrypt(key, bytes);
    if (opened) return opened.toString('utf8');
  }
  return undefined;
}
