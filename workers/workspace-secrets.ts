import type { Json, JsonObject } from '../shared/core/json';
import { knownSecrets } from '../shared/core/secrets/redact';
import type { SecretStore } from '../shared/ports/secret-store';
import type { Config } from './config';

/** Settings of the platform that stand among a workspace's secrets: exposed to nobody, and no secrets. */
const PLATFORM = 'prismeai_';
/** Keys that a `fetch` of the own API names (`prismeaiApiKey`): exposed to nobody either, but secret. */
const API_KEY = 'prismeai_api_key_';

export interface WorkspaceSecrets {
  /** By name, for `{{secret.name}}` in the workspace's config. @param version of those that were saved; absent = the last */
  of(workspaceId: string, version?: number): JsonObject;
  /** The key of this name for calls of the own API. */
  apiKey(workspaceId: string, name: string): string | undefined;
  /** Their texts, to be hidden. */
  texts(workspaceId: string, version?: number): readonly string[];
  /** Settings of the platform for this workspace, by name; their values are no secrets. */
  settings(workspaceId: string): { readonly [name: string]: string };
  /** Workspaces with a text to be hidden, of the settings. */
  readonly workspaces: readonly string[];
  /** The texts of all workspaces, for the log; the same list as long as it says the same. */
  readonly all: readonly string[];
  /** Grows with each change. */
  version(): number;
  /** From now on those count too that were saved over HTTP; one of the settings comes before one of the same name. */
  add(stored: Stored): void;
}

type Stored = Pick<SecretStore, 'workspaces' | 'version' | 'versionOf' | 'valuesOf'>;
type Named = { readonly [name: string]: string };

/** What is known of the secrets of one workspace. */
interface Sorted {
  readonly exposed: JsonObject;
  readonly settings: Named;
  readonly texts: readonly string[];
  readonly byName: Named;
}

const isPlatform = (name: string): boolean => name.startsWith(PLATFORM);
const isKey = (name: string): boolean => name.startsWith(API_KEY);

/** Lines of the log are made of words: nobody may make them unreadable by saving one as a secret. */
const isNoWord = (text: string): boolean => text.length >= 8 && !/^[a-z]+$/i.test(text);

function sort(set: Named, saved: Named): Sorted {
  const byName: Named = { ...saved, ...set };
  const objects = new Map(
    Object.entries(saved).flatMap(([name, text]) => {
      const object = Object.hasOwn(set, name) || isPlatform(name) ? undefined : objectIn(text);
      return object === undefined ? [] : [[name, object] as const];
    }),
  );
  const hidden = (name: string, text: string): readonly string[] => [text, ...leavesOf(objects.get(name) ?? [])];
  const select = (isWanted: (name: string) => boolean): Named =>
    Object.fromEntries(Object.entries(byName).filter(([name]) => isWanted(name)));
  return {
    byName,
    exposed: { ...select((name) => !isPlatform(name)), ...Object.fromEntries(objects) },
    settings: select((name) => isPlatform(name) && !isKey(name)),
    texts: knownSecrets(
      Object.entries(select((name) => !isPlatform(name) || isKey(name))).flatMap(([name, text]) => hidden(name, text)),
    ),
  };
}

/** What was saved as an object or a list is one for automations, too. */
function objectIn(text: string): Json | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A shorter text would hide itself wherever it stands. */
const SHORTEST_INSIDE = 4;

/** Texts and numbers inside, each of which is a secret by itself. */
function leavesOf(value: Json): readonly string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap((one) => leavesOf(one as Json));
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text.length < SHORTEST_INSIDE ? [] : [text];
}

export function workspaceSecrets({ secrets }: Pick<Config, 'secrets'>): WorkspaceSecrets {
  let stored: Stored | undefined;
  let sorted = new Map<string, Sorted>();
  let all: readonly string[] | undefined;
  let seen = 0;
  const version = (): number => stored?.version() ?? 0;
  const forgetOld = (): void => {
    if (version() === seen) return;
    [seen, sorted, all] = [version(), new Map(), undefined];
  };
  const of = (workspaceId: string, wanted = stored?.versionOf(workspaceId) ?? 0): Sorted => {
    forgetOld();
    const key = `${wanted} ${workspaceId}`;
    const known = sorted.get(key);
    if (known) return known;
    const set = Object.hasOwn(secrets, workspaceId) ? secrets[workspaceId] : undefined;
    const made = sort(set ?? {}, stored?.valuesOf(workspaceId, wanted) ?? {});
    sorted.set(key, made);
    return made;
  };
  return {
    of: (workspaceId, wanted) => of(workspaceId, wanted).exposed,
    apiKey(workspaceId, name) {
      const { byName } = of(workspaceId);
      return Object.hasOwn(byName, API_KEY + name) ? byName[API_KEY + name] : undefined;
    },
    texts: (workspaceId, wanted) => of(workspaceId, wanted).texts,
    settings: (workspaceId) => of(workspaceId).settings,
    workspaces: Object.keys(secrets).filter((id) => of(id).texts.length > 0),
    get all() {
      forgetOld();
      if (all) return all;
      const set = Object.keys(secrets).flatMap((id) => of(id).texts);
      const saved = (stored?.workspaces() ?? []).flatMap((id) => of(id).texts).filter(isNoWord);
      return (all = knownSecrets([...set, ...saved]));
    },
    version,
    add(store) {
      stored = store;
      [sorted, all] = [new Map(), undefined];
    },
  };
}
