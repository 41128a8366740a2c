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
  /** Settings of the platform for this workspace, by name; their values are no secrets. */
  settings(workspaceId: string): { readonly [name: string]: string };
  /** Workspaces with a text to be hidden. */
  readonly workspaces: readonly string[];
  /** The texts of all workspaces, for the log. */
  readonly all: readonly string[];
}

export function workspaceSecrets({ secrets }: Pick<Config, 'secrets'>): WorkspaceSecrets {
  const select = <T>(isWanted: (name: string) => boolean): Map<string, { readonly [name: string]: T }> =>
    new Map(
      Object.entries(secrets).map(([id, byName]) => [
        id,
        Object.fromEntries(Object.entries(byName).filter(([name]) => isWanted(name))) as { [name: string]: T },
      ]),
    );
  const isPlatform = (name: string) => name.startsWith(PLATFORM);
  const isKey = (name: string) => name.startsWith(API_KEY);
  const exposed: Map<string, JsonObject> = select((name) => !isPlatform(name));
  const settings = select<string>((name) => isPlatform(name) && !isKey(name));
  const hidden = select<string>((name) => !isPlatform(name) || isKey(name));
  const texts = new Map([...hidden].map(([id, byName]) => [id, knownSecrets(Object.values(byName))]));
  const keyOf = (byName: { readonly [name: string]: string } = {}, name = '') =>
    Object.hasOwn(byName, API_KEY + name) ? byName[API_KEY + name] : undefined;
  return {
    of: (workspaceId) => exposed.get(workspaceId) ?? {},
    apiKey: (workspaceId, name) => keyOf(secrets[workspaceId], name),
    texts: (workspaceId) => texts.get(workspaceId) ?? [],
    settings: (workspaceId) => settings.get(workspaceId) ?? {},
    workspaces: [...texts].filter(([, found]) => found.length > 0).map(([id]) => id),
    all: knownSecrets([...texts.values()].flat()),
  };
}
