/**
 * `npm run decode-history -- DATA_DIR < history.json`: prints what `temporal workflow show -o json` gave, with its
 * encrypted payloads readable. Reads the keys and the blobs of the data folder; the product may run meanwhile.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Payload } from '@temporalio/common';
import { isObject, type Json } from '../shared/core/json';
import { folderBlobStore } from '../shared/drivers/blob-store/folder';
import { createPayloadCodec } from '../shared/drivers/run-engine/payload-codec';
import { createPayloadEncryption } from '../shared/drivers/run-engine/payload-encryption';
import { readKeyring } from './encryption-keys';

type Decode = (payload: Payload) => Promise<Payload>;

async function main(dataDir: string | undefined): Promise<number> {
  const keyring = dataDir !== undefined && existsSync(dataDir) ? readKeyring(dataDir) : undefined;
  if (dataDir === undefined || keyring === undefined) {
    process.stderr.write('Name a data folder: npm run decode-history -- DATA_DIR < history.json\n');
    return 2;
  }
  const codec = createPayloadCodec({
    blobs: folderBlobStore(join(dataDir, 'blobs')),
    // Programs are named in history, and the release holds them: their names are what a reader wants.
    programs: async (ref) => Buffer.from(JSON.stringify({ programs: ref })),
    encryption: createPayloadEncryption(keyring),
  });
  const decode: Decode = async (payload) => (await codec.decode([payload]))[0] ?? payload;
  const history = JSON.parse(await text(process.stdin)) as Json;
  process.stdout.write(`${JSON.stringify(await decoded(history, decode), null, 2)}\n`);
  return 0;
}

/** Payloads of the engine's JSON have their bytes in base64; each becomes the value that it holds. */
async function decoded(value: Json, decode: Decode): Promise<Json> {
  if (Array.isArray(value)) return Promise.all(value.map((item: Json) => decoded(item, decode)));
  if (!isObject(value)) return value;
  const { metadata, data } = value;
  if (isObject(metadata ?? null) && typeof data === 'string')
    return valueOf(metadata as { [name: string]: Json }, data, decode);
  const entries = Object.entries(value).map(async ([name, item]) => [name, await decoded(item, decode)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function valueOf(metadata: { readonly [name: string]: Json }, data: string, decode: Decode): Promise<Json> {
  const bytesOf = (base64: Json): Uint8Array => Buffer.from(String(base64), 'base64');
  const fields = Object.entries(metadata).map(([name, base64]) => [name, bytesOf(base64)] as const);
  const payload = await decode({ metadata: Object.fromEntries(fields), data: bytesOf(data) });
  const content = Buffer.from(payload.data ?? []).toString('utf8');
  try {
    return JSON.parse(content) as Json;
  } catch {
    return content; // Not JSON: shown as the text that it is.
  }
}

main(process.argv[2]).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
