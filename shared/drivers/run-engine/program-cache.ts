import type { ProgramSetRef } from '../../contracts/engine';
import { fail } from '../../core/errors/errors';
import type { Program, ProgramSet } from '../../core/automation/program';
import type { Release } from '../../core/automation/compiled';
import { programSetOf } from '../../core/workspaces/program-set';
import { NO_SETTINGS, resolveConfig, type ConfigSettings } from '../../core/workspaces/resolve-config';
import type { Digest, JsonObject } from '../../core/json';
import { knownSecrets } from '../../core/secrets/redact';
import { secretTexts } from '../../core/secrets/secret-arguments';
import type { ReleaseStore } from '../../ports/release-store';

export interface ProgramCacheOptions {
  /** Secrets of a workspace by name: what `{{secret.name}}` in its config stands for. */
  readonly secretsOf?: (workspaceId: string) => JsonObject;
  /** Values of config that nothing else gives. */
  readonly settings?: ConfigSettings;
  /** Texts of a workspace that are to be hidden. */
  readonly textsOf?: (workspaceId: string) => readonly string[];
  /** Grows when secrets change: what was filled in before is filled in anew. */
  readonly secretsVersion?: () => number;
  /** Of all sets held together. */
  readonly maxBytes?: number;
}

/**
 * Program sets as JSON bytes, by release and automation; the most recently used stay in memory.
 * The config of the workspace is filled in here, so that secrets stand in no history: it names the programs only.
 */
export function createProgramCache(
  releases: ReleaseStore,
  {
    secretsOf = () => ({}),
    settings = NO_SETTINGS,
    textsOf = () => [],
    secretsVersion = () => 0,
    maxBytes = 64 * 1024 * 1024,
  }: ProgramCacheOptions = {},
) {
  const held = new Map<string, Promise<Uint8Array>>();
  const sizes = new Map<string, number>();
  let total = 0;
  let seen = secretsVersion();

  const load = async ({ release: digest, automation }: ProgramSetRef['$programs']): Promise<Uint8Array> => {
    const release = await releases.getRelease(digest);
    if (!release) throw fail('ObjectNotFoundError', `The release ${digest} of a run is missing`, { release: digest });
    const programs = await closure(releases, release, automation);
    const config = resolveConfig(release, { secret: secretsOf(release.workspaceId), settings });
    const set = programSetOf(release, automation, (wanted) => must(programs.get(wanted), wanted), config);
    if (!set)
      throw fail('ObjectNotFoundError', `The release ${digest} has no automation ${automation}`, { release: digest });
    return Buffer.from(JSON.stringify(hiding(set, textsOf(release.workspaceId))));
  };

  const trim = (): void => {
    for (const key of held.keys()) {
      if (total <= maxBytes || held.size <= 1) return;
      held.delete(key);
      total -= sizes.get(key) ?? 0;
      sizes.delete(key);
    }
  };

  const forgetOld = (): void => {
    if (secretsVersion() === seen) return;
    seen = secretsVersion();
    held.clear();
    sizes.clear();
    total = 0;
  };

  return async (ref: ProgramSetRef['$programs']): Promise<Uint8Array> => {
    forgetOld();
    const key = `${ref.release} ${ref.automation}`;
    const known = held.get(key);
    if (known) {
      held.delete(key);
      held.set(key, known);
      return known;
    }
    const loading = load(ref);
    held.set(key, loading);
    try {
      const bytes = await loading;
      sizes.set(key, bytes.length);
      total += bytes.length;
      trim();
      return bytes;
    } catch (error) {
      held.delete(key); // absence is not remembered: the release may come back from a backup
      throw error;
    }
  };
}

/** With the texts that a run of it must not show: those of the workspace, and of config fields that are flagged. */
function hiding(set: ProgramSet, texts: readonly string[]): ProgramSet {
  const flagged = Object.entries(set.secretConfig ?? {}).flatMap(([instance, paths]) =>
    secretTexts(set.config[instance] ?? {}, paths),
  );
  const secrets = knownSecrets([...texts, ...flagged]);
  return secrets.length === 0 ? set : { ...set, secrets };
}

async function closure(releases: ReleaseStore, release: Release, automation: string): Promise<Map<Digest, Program>> {
  const digests = new Set(
    (release.automations[automation]?.closure ?? []).flatMap((slug) => release.automations[slug]?.program ?? []),
  );
  const found = new Map<Digest, Program>();
  for (const digest of digests) {
    const program = await releases.getProgram(digest);
    if (!program) throw fail('ObjectNotFoundError', `The program ${digest} of a run is missing`, { program: digest });
    found.set(digest, program);
  }
  return found;
}

function must(program: Program | undefined, digest: Digest): Program {
  if (!program) throw new Error(`cannot happen: the closure names ${digest}, which was loaded with it`);
  return program;
}
