import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload, type SerializationContext } from '@temporalio/common';
import type { BlobStore } from '../../ports/blob-store';
import { createKeyring } from '../encryption/keyring';
import type { AppliesTo } from './encryption-scope';
import { createPayloadCodec } from './payload-codec';
import { createPayloadEncryption, ENCRYPTED } from './payload-encryption';

const [key, other] = [randomBytes(32), randomBytes(32)];
const secret = { token: 'hush-hush', text: 'x'.repeat(300) };

function codecWith(keyring = createKeyring([key]), appliesTo: AppliesTo = () => true) {
  const kept = new Map<string, Uint8Array>();
  const blobs: BlobStore = {
    put: async (bytes) => {
      const digest = `b:${Buffer.from(bytes).toString('base64')}`;
      kept.set(digest, bytes);
      return digest;
    },
    get: async (digest) => kept.get(digest) ?? null,
  };
  const encryption = createPayloadEncryption(keyring, appliesTo);
  const codec = createPayloadCodec({
    ...{ blobs, encryption, maxInlineBytes: 1_000 },
    programs: async () => Buffer.from('{"the":"programs"}'),
  });
  return { codec, kept };
}

const encode = async (value: unknown, codec = codecWith().codec, context?: SerializationContext): Promise<Payload> => {
  const [payload] = await codec.encode([defaultPayloadConverter.toPayload(value)], context);
  if (!payload) throw new Error('nothing came back');
  return payload;
};
const decode = async (payload: Payload, codec = codecWith().codec): Promise<unknown> => {
  const [plain] = await codec.decode([payload]);
  return plain && defaultPayloadConverter.fromPayload(plain);
};
const textOf = (payload: Payload): string => Buffer.from(payload.data ?? []).toString('latin1');
const encodingOf = ({ metadata }: Payload): string => Buffer.from(metadata?.encoding ?? []).toString('utf8');

it('encrypts objects and lists, and decrypts them again', async () => {
  for (const value of [secret, [secret], { status: 200, output: 'hush-hush' }]) {
    const payload = await encode(value);
    expect(encodingOf(payload)).toBe(ENCRYPTED);
    expect(textOf(payload)).not.toContain('hush-hush');
    expect(await decode(payload)).toEqual(value);
  }
});

it('leaves what operators read: sentences, counts, programs by name, the answer how a run stands', async () => {
  const status = { definition: { type: 'remind' }, currentDetails: 'waits for `a`' };
  for (const value of ['waits for `a`', 3, { $programs: { release: 'r:1', automation: 'a' } }, status])
    expect(encodingOf(await encode(value))).toBe('json/plain');
});

it('keeps equal big values once, encrypted', async () => {
  const { codec, kept } = codecWith();
  const big = { token: 'hush-hush', text: 'x'.repeat(5_000) };
  const payload = await encode(big, codec);
  expect(await encode(big, codec)).toEqual(payload);
  expect([...kept.values()].map((bytes) => Buffer.from(bytes).includes('hush-hush'))).toEqual([false]);
  expect(await decode(payload, codec)).toEqual(big);
});

it('reads what older keys encrypted, and what was never encrypted', async () => {
  const rotated = codecWith(createKeyring([other, key])).codec;
  expect(await decode(await encode(secret), rotated)).toEqual(secret);
  expect(await decode(defaultPayloadConverter.toPayload(secret), rotated)).toEqual(secret);
});

it('asks by workflow what it writes, and reads what is encrypted anywhere', async () => {
  const some = codecWith(createKeyring([key]), (context) => context?.workflowId === 'vault/uses/1').codec;
  const of = (workflowId: string) => ({ type: 'workflow', namespace: 'default', workflowId }) as const;
  expect(encodingOf(await encode(secret, some, of('vault/uses/1')))).toBe(ENCRYPTED);
  expect(encodingOf(await encode(secret, some, of('shop/uses/1')))).toBe('json/plain');
  expect(await decode(await encode(secret), some)).toEqual(secret);
});

it('says which key is missing, and that a payload was changed', async () => {
  const { id } = createKeyring([key]).current;
  await expect(decode(await encode(secret), codecWith(createKeyring([other])).codec)).rejects.toThrow(
    `The encryption key ${id} is missing: put its line back into the file encryption-keys of DATA_DIR`,
  );
  const payload = await encode(secret);
  const data = Buffer.from(payload.data ?? []);
  data[data.length - 1] = (data[data.length - 1] ?? 0) ^ 1;
  await expect(decode({ ...payload, data })).rejects.toThrow(`A payload of a run was changed (key ${id})`);
});
