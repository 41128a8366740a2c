import type { Release } from '../../../shared/core/automation/compiled';
import type { Diagnostic } from '../../../shared/core/automation/diagnostic';
import { appSource } from '../../../shared/core/events/app-source';
import type { Event, EventSource } from '../../../shared/core/events/event';
import type { JsonObject } from '../../../shared/core/json';
import {
  compileWorkspace,
  type CompileCache,
  type WorkspaceResult,
} from '../../../shared/core/workspaces/compile-workspace';
import { isScheduled } from '../../../shared/core/workspaces/trigger-index';
import type { Broker } from '../../../shared/ports/broker';
import type { Log } from '../../../shared/ports/log';
import type { ReleaseStore } from '../../../shared/ports/release-store';
import type { RunEngine } from '../../../shared/ports/run-engine';
import type { WorkspaceFiles } from '../../../shared/ports/workspace-files';
import { newCorrelationId } from '../../http/correlation-id';
import { mintNativeEvent, type Host } from '../../http/mint-event';
import type { ActiveReleases } from './active-releases';
import type { AppDependents } from './app-dependents';
import { appEvents } from './app-events';
import { readApps } from './read-apps';

export interface DeployDependencies {
  readonly files: WorkspaceFiles;
  readonly store: ReleaseStore;
  readonly engine: Pick<RunEngine, 'reconcileSchedules'>;
  readonly releases: ActiveReleases;
  readonly broker: Pick<Broker, 'append'>;
  readonly log: Log;
  readonly host: Host;
  readonly dependents: AppDependents;
  /** False: only what refuses a lenient save refuses a release; other flaws raise their errors when runs come to them. */
  readonly strict?: boolean;
}

export interface Deployed {
  readonly workspaceId: string;
  /** `refused`: errors; the last good release goes on serving. `same`: nothing has changed in what is deployed. */
  readonly outcome: 'deployed' | 'same' | 'refused' | 'removed';
  /** The release in force now. */
  readonly release: Release | null;
  readonly diagnostics: readonly Diagnostic[];
}

export type DeployWorkspace = (workspaceId: string) => Promise<Deployed>;

/**
 * Brings the files of a workspace into force. One deployment of a workspace at a time; each reads the files when its turn
 * comes, so the last one wins with the newest text.
 *
 * D1  Everything that a run of the release needs is stored before anything can start one.
 * D2  A crash anywhere leaves the old release in force or the new one, and the next deployment mends the rest.
 * @throws what the stores and the engine throw; the old release is then still in force
 */
export function createDeployWorkspace(dependencies: DeployDependencies): DeployWorkspace {
  const caches = new Map<string, CompileCache>();
  const turns = new Map<string, Promise<unknown>>();
  return (workspaceId) => {
    const previous = turns.get(workspaceId) ?? Promise.resolve();
    const mine = previous.then(() => deploy(dependencies, (id) => cacheOf(caches, id), workspaceId));
    // The next one waits for this one's end, not for its success.
    const settled = mine.catch(() => undefined);
    turns.set(workspaceId, settled);
    return mine;
  };
}

/** One edit among many files costs one compilation. */
function cacheOf(caches: Map<string, CompileCache>, workspaceId: string): CompileCache {
  const cache = caches.get(workspaceId) ?? new Map();
  caches.set(workspaceId, cache);
  return cache;
}

async function deploy(
  dependencies: DeployDependencies,
  cacheOf: (workspaceId: string) => CompileCache,
  workspaceId: string,
): Promise<Deployed> {
  const { files, store, releases, dependents, strict = true } = dependencies;
  const before = releases.get(workspaceId)?.release ?? null;
  const texts = await files.read(workspaceId);
  if (!texts) return remove(dependencies, workspaceId);
  const apps = await readApps(files, texts, cacheOf);
  dependents.note(workspaceId, apps);
  const cache = cacheOf(workspaceId);
  const compiled = compileWorkspace({ workspaceId, files: texts, cache, apps, createdAt: Date.now(), strict });
  const { release, diagnostics } = compiled;
  if (!release) return { workspaceId, outcome: 'refused', release: before, diagnostics };
  const same = before?.digest === release.digest;
  if (!same) await put(store, release, compiled);
  const launched = await reconcile(dependencies, workspaceId, release);
  if (same) return { workspaceId, outcome: 'same', release: before, diagnostics };
  await announceApps(dependencies, workspaceId, before, release);
  await store.activate(workspaceId, release.digest);
  releases.set(workspaceId, release);
  await announce(dependencies, release, launched);
  return { workspaceId, outcome: 'deployed', release, diagnostics };
}

async function put(store: ReleaseStore, release: Release, { programs, sources }: WorkspaceResult): Promise<void> {
  for (const [digest, program] of programs) await store.putProgram(digest, program);
  for (const [digest, { text, map }] of sources) await store.putSource(digest, text, map);
  await store.putRelease(release);
}

async function remove(dependencies: DeployDependencies, workspaceId: string): Promise<Deployed> {
  const { engine, store, releases, dependents } = dependencies;
  dependents.note(workspaceId, null);
  await engine.reconcileSchedules(workspaceId, null);
  await announceApps(dependencies, workspaceId, releases.get(workspaceId)?.release ?? null, null);
  await store.activate(workspaceId, null);
  releases.set(workspaceId, null);
  return { workspaceId, outcome: 'removed', release: null, diagnostics: [] };
}

/** Done at each deployment, also of an unchanged release: the engine may have lost what it was told before. */
async function reconcile(
  { engine, broker, log, host }: DeployDependencies,
  workspaceId: string,
  release: Release,
): Promise<{ readonly [automation: string]: number }> {
  try {
    return (await engine.reconcileSchedules(workspaceId, release)).launched;
  } catch (error) {
    log.error({ workspaceId, stack: error instanceof Error ? error.stack : String(error) }, 'schedules not registered');
    const payload = {
      type: 'scheduleFailed',
      message: 'The schedules of the workspace could not be registered',
      details: { release: release.digest },
    };
    await broker.append([{ event: nativeEvent('error', payload, { workspaceId }, host) }]);
    throw error;
  }
}

/** Before the release comes into force: a crash in between tells it twice rather than never. */
async function announceApps(
  { broker, host }: DeployDependencies,
  workspaceId: string,
  before: Release | null,
  after: Release | null,
): Promise<void> {
  const events = appEvents(workspaceId, { before, after }, host);
  if (events.length > 0) await broker.append(events.map((event) => ({ event })));
}

/** Tells that the workspace has another text, and of its schedules. */
async function announce(
  { broker, host }: DeployDependencies,
  { workspaceId, automations, instances = {} }: Release,
  launched: { readonly [automation: string]: number },
): Promise<void> {
  const scheduled = Object.entries(automations)
    .filter(([, automation]) => isScheduled(automation) && automation.triggers.schedules.length > 0)
    .map(([fullSlug, { slug, instance, triggers }]) => {
      const payload = { slug, schedules: triggers.schedules, details: { launched: launched[fullSlug] ?? 0 } };
      const app = appSource(instance, instances[instance]?.appSlug);
      return { event: nativeEvent('runtime.automations.scheduled', payload, { workspaceId, ...app }, host) };
    });
  const updated = { event: nativeEvent('runtime.dsul.updated', { workspaceId }, { workspaceId }, host) };
  await broker.append([updated, ...scheduled]);
}

const nativeEvent = (
  type: string,
  payload: JsonObject,
  source: Omit<EventSource, 'correlationId' | 'serviceTopic' | 'host'>,
  host: Host,
): Event => mintNativeEvent({ type, payload, source: { ...source, correlationId: newCorrelationId() }, host });
