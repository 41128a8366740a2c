import type { Release } from '../../../shared/core/automation/compiled';
import type { Digest } from '../../../shared/core/json';
import { indexTriggers, type TriggerIndex } from '../../../shared/core/workspaces/trigger-index';
import type { ReleaseStore } from '../../../shared/ports/release-store';

export interface ActiveRelease {
  readonly release: Release;
  readonly triggers: TriggerIndex;
}

/** The release in force of each workspace, in memory. Changed in one step: a request sees the old one or the new one. */
export interface ActiveReleases {
  get(workspaceId: string): ActiveRelease | undefined;
  has(workspaceId: string): boolean;
  list(): readonly string[];
  /** A release of the workspace, in force or not; undefined when there is none with this digest. */
  model(workspaceId: string, digest: Digest): Promise<ActiveRelease | undefined>;
  /** Null: the workspace serves nothing any more. */
  set(workspaceId: string, release: Release | null): void;
  /** Takes over what was in force when the process stopped. To be called before the first request. */
  load(): Promise<void>;
  /** Has `load` been done? */
  ready(): boolean;
}

export function createActiveReleases(store: Pick<ReleaseStore, 'active' | 'getRelease'>): ActiveReleases {
  const active = new Map<string, ActiveRelease>();
  let loaded = false;
  const set = (workspaceId: string, release: Release | null): void => {
    if (release) active.set(workspaceId, { release, triggers: indexTriggers(release) });
    else active.delete(workspaceId);
  };
  return {
    get: (workspaceId) => active.get(workspaceId),
    has: (workspaceId) => active.has(workspaceId),
    list: () => [...active.keys()],
    async model(workspaceId, digest) {
      const current = active.get(workspaceId);
      if (current?.release.digest === digest) return current;
      const release = await store.getRelease(digest);
      return release?.workspaceId === workspaceId ? { release, triggers: indexTriggers(release) } : undefined;
    },
    set,
    async load() {
      for (const [workspaceId, digest] of Object.entries(await store.active())) {
        const release = await store.getRelease(digest);
        if (!release) throw new Error(`cannot happen: ${digest}, in force in ${workspaceId}, was stored before`);
        set(workspaceId, release);
      }
      loaded = true;
    },
    ready: () => loaded,
  };
}
