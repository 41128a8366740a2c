import { temporal } from '@temporalio/proto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { ProgramSetRef } from '../../contracts/engine';
import type { BlobStore } from '../../ports/blob-store';
import { fail } from '../../core/errors/errors';
import type { PayloadEncryption } from './payload-encryption';

export interface CodecOptions {
  readonly blobs: BlobStore;
  /** JSON of the program set that a run may execute. @throws ObjectNotFoundError naming what is missing */
  programs(ref: ProgramSetRef['$programs']): Promise<Uint8Array>;
  /** Payloads above this leave for the blob store. */
  readonly maxInlineBytes?: number;
  /** Absent: values stand in history as they are. */
  readonly encryption?: PayloadEncryption;
}

const BLOB_ENCODING = Buffer.from('binary/ostinato-blob');
const PROGRAMS_PREFIX = Buffer.from('{"$programs":');
const PayloadProto = temporal.api.common.v1.Payload;

/**
 * Keeps the engine's history small, and free of secrets: programs stand there by name, big values by digest, those of
 * workspaces that know secrets encrypted; what operators read passes unchanged. Client, worker and replay need the same.
 * A user's value is never taken for a reference: at the top of a payload stand our own envelopes only.
 */
export function createPayloadCodec(options: CodecOptions): PayloadCodec {
  const { blobs, programs, maxInlineBytes = 128 * 1024, encryption } = options;
  const encode = async (given: Payload, isSecret: boolean): Promise<Payload> => {
    const isBig = (given.data?.length ?? 0) > maxInlineBytes;
    const payload = encryption && isSecret ? encryption.encrypt(given, isBig) : given;
    if (!payload.data || payload.data.length <= maxInlineBytes) return payload;
    const digest = await blobs.put(PayloadProto.encode(payload).finish());
    return { metadata: { encoding: BLOB_ENCODING }, data: Buffer.from(digest) };
  };

  const decode = async (payload: Payload): Promise<Payload> => {
    if (isBlob(payload)) return decode(await load(payload));
    if (encryption?.isEncrypted(payload)) return decode(encryption.decrypt(payload));
    if (!payload.data || !startsWith(payload.data, PROGRAMS_PREFIX)) return payload;
    const ref = JSON.parse(Buffer.from(payload.data).toString('utf8')) as ProgramSetRef;
    return { ...payload, data: await programs(ref.$programs) };
  };

  const load = async (payload: Payload): Promise<Payload> => {
    const digest = Buffer.from(payload.data ?? []).toString('utf8');
    const bytes = await blobs.get(digest);
    // The task fails and comes again until the blob is back: nothing is lost, and this line says what to look for.
    if (!bytes) throw fail('ObjectNotFoundError', `The blob ${digest} of a run's history is missing`, { digest });
    return PayloadProto.decode(bytes);
  };

  return {
    encode(payloads, context) {
      const isSecret = encryption?.appliesTo(context) ?? false;
      return Promise.all(payloads.map((payload) => encode(payload, isSecret)));
    },
    decode: (payloads) => Promise.all(payloads.map(decode)),
  };
}

function isBlob(payload: Payload): boolean {
  const encoding = payload.metadata?.encoding;
  return encoding !== undefined && encoding !== null && BLOB_ENCODING.equals(encoding);
}

const startsWith = (data: Uint8Array, prefix: Uint8Array): boolean =>
  data.length > prefix.length && Buffer.compare(Buffer.from(data.buffer, data.byteOffset, prefix.length), prefix) === 0;
