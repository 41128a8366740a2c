import type { Release } from '../../../shared/core/automation/compiled';
import type { Diagnostic } from '../../../shared/core/automation/diagnostic';
import { entry } from '../../../shared/core/entry';
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
import type { Texts } from '../../../shared/ports/deployments';
import type { WorkspaceFiles } from '../../../shared/ports/workspace-files';
import { newCorrelationId } from '../../http/correlation-id';
import { mintNativeEvent, type Host } from '../../http/mint-event';
import type { ActiveReleases } from './active-releases';
import type { AppDependents } from './app-dependents';
import { appEvents } from './app-events';
import { reach } from './deploy-points';
import { readApps, type AppPlaces, type ReadApps } from './read-apps';

export interface DeployDependencies {
  readonly files: WorkspaceFiles;
  readonly store: ReleaseStore;
  readonly engine: Pick<RunEngine, 'reconcileSchedules'>;
  readonly releases: ActiveReleases;
  readonly broker: Pick<Broker, 'append'>;
  readonly log: Log;
  readonly host: Host;
  readonly dependents: AppDependents;
  /** Apps that were published, before those of the folder. Absent: none were, and every folder is an app. */
  readonly apps?: Omit<AppPlaces, 'files'>;
  /** False: only what refuses a lenient save refuses a release; other flaws raise their errors when runs come to them. */
  readonly strict?: boolean;
  /** Files that were saved leniently are served although they have errors. */
  readonly isLenient?: (workspaceId: string, texts: Texts) => boolean;
  /** Of the secrets that were saved for it: runs keep those of their release. */
  readonly secretsVersionOf?: (workspaceId: string) => number;
  /** Nothing starts in it: it has no schedules. */
  readonly isSuspended?: (workspaceId: string) => boolean;
  /** Told what the folder holds now, also when it is refused; null = the workspace has gone. */
  readonly onCompiled?: (
    workspaceId: string,
    compiled: Pick<Compiled, 'texts' | 'parts' | 'diagnostics'> | null,
  ) => void;
  /** A release has come into force because of what lies in the folder. */
  readonly onDeployed?: (release: Release) => Promise<void>;
}

export interface Compiled extends WorkspaceResult {
  readonly workspaceId: string;
  readonly texts: Texts;
  readonly apps: ReadApps;
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

/** The steps of a deployment, for whoever has more to do in between. */
export interface Deployer {
  /** One at a time for each workspace, in the order of the calls. */
  inTurn<T>(workspaceId: string, work: () => Promise<T>): Promise<T>;
  /** @param how.trial  nothing of it is remembered */
  compile(
    workspaceId: string,
    texts: Texts,
    how: { readonly strict: boolean; readonly trial?: boolean },
  ): Promise<Compiled>;
  /** What the folder holds now, be it in force or not. */
  note(compiled: Compiled): void;
  /**
   * @param commit  what makes the release count, called when everything that a run of it needs is stored
   * @throws what the stores and the engine throw; before `commit` the old release is still in force
   */
  bringIntoForce(compiled: Compiled, release: Release, commit?: () => Promise<void>): Promise<Deployed>;
  remove(workspaceId: string): Promise<Deployed>;
  reconcile(workspaceId: string): Promise<void>;
}

/**
 * D1  Everything that a run of the release needs is stored before anything can start one.
 * D2  A crash anywhere leaves the old release in force or the new one, and the next deployment mends the rest.
 */
export function createDeployer(dependencies: DeployDependencies): Deployer {
  const { files, releases, store, dependents, onCompiled } = dependencies;
  const places = { files, ...(dependencies.apps ?? FOLDERS_ONLY) };
  const caches = new Map<string, CompileCache>();
  const turns = new Map<string, Promise<unknown>>();
  // The engine lists all schedules for the question: not asked by every save of a workspace that has none.
  const unscheduled = new Set<string>();
  const reconcileOnce = async (workspaceId: string, release: Release): ReturnType<typeof reconcile> => {
    const hasNone = !Object.values(release.automations).some(({ triggers }) => triggers.schedules.length > 0);
    if (hasNone && unscheduled.has(workspaceId)) return {};
    unscheduled.delete(workspaceId);
    const launched = await reconcile(dependencies, workspaceId, release);
    if (hasNone) unscheduled.add(workspaceId);
    return launched;
  };
  const note = (compiled: Compiled): void => {
    dependents.note(compiled.workspaceId, compiled.apps);
    onCompiled?.(compiled.workspaceId, compiled);
  };
  return {
    note,
    inTurn(workspaceId, work) {
      const mine = (turns.get(workspaceId) ?? Promise.resolve()).then(work);
      // The next one waits for this one's end, not for its success.
      turns.set(workspaceId, mine.catch(() => undefined)); // prettier-ignore
      return mine;
    },
    async compile(workspaceId, texts, { strict, trial = false }) {
      const of = (id: string) => (trial ? trialCache(cacheOf(caches, id)) : cacheOf(caches, id));
      const apps = await readApps(places, texts, of);
      if (!trial) dependents.foresee(workspaceId, apps);
      const cache = of(workspaceId);
      const createdAt = Date.now();
      const secrets = dependencies.secretsVersionOf?.(workspaceId);
      return {
        ...compileWorkspace({ workspaceId, files: texts, cache, apps, createdAt, strict, secrets }),
        workspaceId,
        texts,
        apps,
      };
    },
    async bringIntoForce(compiled, release, commit) {
      const { workspaceId } = release;
      const { diagnostics } = compiled;
      const before = releases.get(workspaceId)?.release ?? null;
      const same = before?.digest === release.digest;
      if (!same) await put(store, before, release, compiled);
      await reach('stored');
      const launched = await reconcileOnce(workspaceId, release);
      await reach('reconciled');
      await commit?.();
      if (same) {
        note(compiled);
        return { workspaceId, outcome: 'same', release: before, diagnostics };
      }
      await announceApps(dependencies, workspaceId, { before, after: release, instances: compiled.instances });
      await reach('announced');
      await store.activate(workspaceId, release.digest);
      await reach('activated');
      releases.set(workspaceId, release);
      note(compiled);
      await announce(dependencies, release, launched);
      return { workspaceId, outcome: 'deployed', release, diagnostics };
    },
    remove(workspaceId) {
      unscheduled.delete(workspaceId);
      return remove(dependencies, workspaceId);
    },
    async reconcile(workspaceId) {
      const release = releases.get(workspaceId)?.release;
      if (release) await reconcileOnce(workspaceId, release);
    },
  };
}

/**
 * Brings the files of a workspace into force. One deployment of a workspace at a time; each reads the files when its turn
 * comes, so the last one wins with the newest text.
 * @throws what the stores and the engine throw; the old release is then still in force
 */
export function createDeployWorkspace(
  dependencies: DeployDependencies,
  deployer: Deployer = createDeployer(dependencies),
): DeployWorkspace {
  return (workspaceId) => deployer.inTurn(workspaceId, () => deploy(dependencies, deployer, workspaceId));
}

const FOLDERS_ONLY: Omit<AppPlaces, 'files'> = {
  published: { find: () => null, files: () => null, versions: () => [], list: () => [] },
  isOpenFolder: () => true,
};

/** One edit among many files costs one compilation. */
const cacheOf = (caches: Map<string, CompileCache>, workspaceId: string): CompileCache =>
  entry(caches, workspaceId, () => new Map());

/** Knows what the other one knows, and keeps what is new to itself. */
function trialCache(known: CompileCache): CompileCache {
  const own: CompileCache = new Map();
  return { get: (key) => own.get(key) ?? known.get(key), set: (key, file) => own.set(key, file) };
}

async function deploy(dependencies: DeployDependencies, deployer: Deployer, workspaceId: string): Promise<Deployed> {
  const { files, releases, isLenient, onDeployed } = dependencies;
  const texts = await files.read(workspaceId);
  if (!texts) return deployer.remove(workspaceId);
  const strict = (dependencies.strict ?? true) && !isLenient?.(workspaceId, texts);
  const compiled = await deployer.compile(workspaceId, texts, { strict });
  if (compiled.release) {
    const deployed = await deployer.bringIntoForce(compiled, compiled.release);
    if (deployed.outcome === 'deployed') await onDeployed?.(compiled.release);
    return deployed;
  }
  deployer.note(compiled);
  const before = releases.get(workspaceId)?.release ?? null;
  return { workspaceId, outcome: 'refused', release: before, diagnostics: compiled.diagnostics };
}

/** What the release before has brought is there: a save of one automation among a thousand stores one. */
async function put(
  store: ReleaseStore,
  before: Release | null,
  release: Release,
  { programs, sources }: WorkspaceResult,
): Promise<void> {
  const kept = new Set(Object.values(before?.automations ?? {}).flatMap(({ program, source }) => [program, source]));
  for (const [digest, program] of programs) if (!kept.has(digest)) await store.putProgram(digest, program);
  for (const [digest, { text, map }] of sources) if (!kept.has(digest)) await store.putSource(digest, text, map);
  await store.putRelease(release);
}

async function remove(dependencies: DeployDependencies, workspaceId: string): Promise<Deployed> {
  const { engine, store, releases, dependents, onCompiled } = dependencies;
  dependents.note(workspaceId, null);
  onCompiled?.(workspaceId, null);
  await engine.reconcileSchedules(workspaceId, null);
  await announceApps(dependencies, workspaceId, { before: releases.get(workspaceId)?.release ?? null, after: null });
  await store.activate(workspaceId, null);
  releases.set(workspaceId, null);
  return { workspaceId, outcome: 'removed', release: null, diagnostics: [] };
}

/** Also for an unchanged release: the engine may have lost what it was told before. */
async function reconcile(
  { engine, broker, log, host, isSuspended }: DeployDependencies,
  workspaceId: string,
  release: Release,
): Promise<{ readonly [automation: string]: number }> {
  try {
    const wanted = isSuspended?.(workspaceId) ? null : release;
    return (await engine.reconcileSchedules(workspaceId, wanted)).launched;
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
  change: Parameters<typeof appEvents>[1],
): Promise<void> {
  const events = appEvents(workspaceId, change, host);
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
