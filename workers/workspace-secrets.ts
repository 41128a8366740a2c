import type { JsonObject } from '../shared/core/json';
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

function sort(byName: Named): Sorted {
  const select = (isWanted: (name: string) => boolean): Named =>
    Object.fromEntries(Object.entries(byName).filter(([name]) => isWanted(name)));
  return {
    byName,
    exposed: select((name) => !isPlatform(name)),
    settings: select((name) => isPlatform(name) && !isKey(name)),
    texts: knownSecrets(Object.values(select((name) => !isPlatform(name) || isKey(name)))),
  };
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
    const made = sort({ ...stored?.valuesOf(workspaceId, wanted), ...set });
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
