import { randomInt } from 'node:crypto';
import type { Release } from '../../../shared/core/automation/compiled';
import { entry } from '../../../shared/core/entry';
import type { Json, JsonObject } from '../../../shared/core/json';
import type { Contexts, RunEnv, RunIdentity, RunKey, RunLimits, StartInput } from '../../../shared/core/run/types';

/** What every run of this process is given. */
export interface RunSettings {
  /** API_URL, with its `/v2`. */
  readonly apiUrl: string;
  /** CONSOLE_URL, PAGES_HOST; left out of `global` while absent. */
  readonly consoleUrl?: string;
  readonly pagesHost?: string;
  /** ADDITIONAL_GLOBAL_VARS_<NAME> */
  readonly globalVars?: { readonly [name: string]: string };
  /** `global.workspacesRegistry` of runs that somebody starts: what a schedule starts with was written down long before. */
  readonly registry?: () => JsonObject;
  readonly env: RunEnv;
  readonly limits: RunLimits;
  /** Those of one workspace, put over the others. */
  readonly limitsOf?: (workspaceId: string) => Partial<RunLimits>;
}

/** A run that somebody asks for. */
export interface RunRequest {
  readonly release: Release;
  /** Full slug. */
  readonly automation: string;
  /** Last part of the run's key: an ulid, or the id of the event that starts it. */
  readonly id: string;
  readonly trigger: StartInput['trigger'];
  readonly args: JsonObject;
  readonly identity: RunIdentity;
  /** Of the key that the caller has shown; becomes rules of the identity before the run starts. */
  readonly apiKeyId?: string;
  readonly correlationId: string;
  readonly depth: number;
  readonly announce?: StartInput['announce'];
  readonly http?: JsonObject;
  readonly idempotencyKey?: string;
  readonly throttledMs?: number;
}

export const runKeyOf = (workspaceId: string, automation: string, id: string): RunKey =>
  `${workspaceId}/${automation}/${id}`;

export interface StartInputs {
  /** @param contexts absent: the run reads them at its first turn */
  of(request: RunRequest, contexts?: Contexts): StartInput;
  /** Of a run that the engine itself starts: correlation id, seed and contexts come at its first turn. */
  schedule(release: Release, automation: string, cron: string): StartInput;
}

/** Builds the first argument of runs. */
export function createStartInputs(settings: RunSettings): StartInputs {
  const globals = createGlobals(settings);
  const base = (release: Release, automation: string) => ({
    v: 1 as const,
    workspaceId: release.workspaceId,
    workspaceName: displayName(release.name) ?? release.workspaceId,
    automation,
    release: release.digest,
    env: settings.env,
    limits: { ...settings.limits, ...settings.limitsOf?.(release.workspaceId) },
    globals: globals(release, release.automations[automation]?.instance ?? ''),
  });
  return {
    of: ({ release, automation, id: _, ...request }, contexts) => ({
      ...withRegistry(base(release, automation), settings.registry?.()),
      ...request,
      seed: randomInt(2 ** 32),
      ...(contexts && { contexts }),
    }),
    schedule: (release, automation, cron) => ({
      ...base(release, automation),
      trigger: { type: 'schedule', value: cron },
      args: {},
      identity: {},
      depth: 0,
      announce: ['interaction', 'schedule'],
    }),
  };
}

const withRegistry = <T extends { readonly globals: JsonObject }>(base: T, registry: JsonObject = {}): T =>
  Object.keys(registry).length === 0 ? base : { ...base, globals: { ...base.globals, workspacesRegistry: registry } };

/** Built-in fields of `global`, made once for each app instance of a release. */
function createGlobals(settings: RunSettings): (release: Release, instance: string) => JsonObject {
  const made = new WeakMap<Release, Map<string, JsonObject>>();
  return (release, instance) => {
    const ofRelease = made.get(release) ?? new Map<string, JsonObject>();
    made.set(release, ofRelease);
    return entry(ofRelease, instance, () => globalsOf(settings, release, instance));
  };
}

function globalsOf(settings: RunSettings, release: Release, instance: string): JsonObject {
  const { workspaceId, name } = release;
  const endpoints: { [name: string]: string } = {};
  for (const { triggers, disabled, instance: of } of Object.values(release.automations)) {
    if (triggers.endpoint === undefined || disabled || of !== instance) continue;
    const called = of === '' ? triggers.endpoint : `${of}.${triggers.endpoint}`;
    endpoints[triggers.endpoint] =
      `${settings.apiUrl}/workspaces/${workspaceId}/webhooks/${encodeURIComponent(called)}`;
  }
  return {
    ...settings.globalVars,
    workspaceId,
    workspaceName: displayName(name) ?? workspaceId,
    apiUrl: settings.apiUrl,
    ...(settings.consoleUrl !== undefined && { studioUrl: settings.consoleUrl }),
    ...(settings.pagesHost !== undefined && { pagesHost: settings.pagesHost }),
    endpoints,
  };
}

/** A name is a text, or one for each language: then the first. */
function displayName(name: Json): string | undefined {
  if (typeof name === 'string') return name;
  const first: unknown = typeof name === 'object' && name !== null ? Object.values(name)[0] : undefined;
  return typeof first === 'string' ? first : undefined;
}
