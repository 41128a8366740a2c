import type { JsonObject } from '../shared/core/json';
import { knownSecrets } from '../shared/core/secrets/redact';
import type { Config } from './config';

/** Settings of the platform that stand among a workspace's secrets: exposed to nobody, and no secrets. */
const PLATFORM = 'prismeai_';

export interface WorkspaceSecrets {
  /** By name, for `{{secret.name}}` in the workspace's config. */
  of(workspaceId: string): JsonObject;
  /** Their texts, to be hidden. */
  texts(workspaceId: string): readonly string[];
  /** Settings of the platform for this workspace, by name; their values are no secrets. */
  settings(workspaceId: string): { readonly [name: string]: string };
  /** Those of all workspaces, for the log. */
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
  const exposed: Map<string, JsonObject> = select((name) => !name.startsWith(PLATFORM));
  const settings = select<string>((name) => name.startsWith(PLATFORM));
  const textsOf = (byName: JsonObject) => knownSecrets(Object.values(byName) as string[]);
  const texts = new Map([...exposed].map(([id, byName]) => [id, textsOf(byName)]));
  return {
    of: (workspaceId) => exposed.get(workspaceId) ?? {},
    texts: (workspaceId) => texts.get(workspaceId) ?? [],
    settings: (workspaceId) => settings.get(workspaceId) ?? {},
    all: knownSecrets([...texts.values()].flat()),
  };
}
