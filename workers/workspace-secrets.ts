import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../shared/core/json';
import { knownSecrets } from '../shared/core/secrets/redact';
import type { Config } from './config';

/** Settings of the platform that stand among a workspace's secrets: exposed to nobody, and no secrets. */
const PLATFORM = 'prismeai_';
/** Keys that a `fetch` of the own API names (`prismeaiApiKey`): exposed to nobody either, but secret. */
const API_KEY = 'prismeai_api_key_';

export interface WorkspaceSecrets {
  /** By name, for `{{secret.name}}` in the workspace's config. */
  of(workspaceId: string): JsonObject;
  /** The key of this name for calls of the own API. */
  apiKey(workspaceId: string, name: string): string | undefined;
  /** Their texts, to be hidden. */
  texts(workspaceId: string): readonly string[];
  /** Those of all workspaces, for the log. */
  readonly all: readonly string[];
}

export function workspaceSecrets({ secrets }: Pick<Config, 'secrets'>): WorkspaceSecrets {
  const exposed = new Map(
    Object.entries(secrets).map(([id, byName]): [string, JsonObject] => [
      id,
      Object.fromEntries(Object.entries(byName).filter(([name]) => !name.startsWith(PLATFORM))),
    ]),
  );
  const isSecret = (name: string) => !name.startsWith(PLATFORM) || name.startsWith(API_KEY);
  const textsOf = (byName: { readonly [name: string]: string }) =>
    knownSecrets(Object.entries(byName).flatMap(([name, text]) => (isSecret(name) ? [text] : [])));
  const texts = new Map(Object.entries(secrets).map(([id, byName]) => [id, textsOf(byName)]));
  const keyOf = (byName: { readonly [name: string]: string } = {}, name = '') =>
    Object.hasOwn(byName, API_KEY + name) ? byName[API_KEY + name] : undefined;
  return {
    of: (workspaceId) => exposed.get(workspaceId) ?? {},
    apiKey: (workspaceId, name) => keyOf(secrets[workspaceId], name),
    texts: (workspaceId) => texts.get(workspaceId) ?? [],
    all: knownSecrets([...texts.values()].flat()),
  };
}

/** Key of the sealed texts in traces: made once, kept in the data folder, readable by its user only. */
export function traceKey(dataDir: string): Buffer {
  const file = join(dataDir, 'trace-key');
  const known = readTraceKey(dataDir);
  if (known) return known;
  const key = randomBytes(32);
  writeFileSync(file, `${key.toString('base64url')}\n`, { mode: 0o600 });
  return key;
}

/** @returns undefined when the folder has none */
export function readTraceKey(dataDir: string): Buffer | undefined {
  try {
    const key = Buffer.from(readFileSync(join(dataDir, 'trace-key'), 'utf8').trim(), 'base64url');
    return key.length === 32 ? key : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
