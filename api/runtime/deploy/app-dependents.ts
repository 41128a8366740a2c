import type { ReadApps } from './read-apps';

/** Who installs which app: what has to be deployed again when an app's files change. */
export interface AppDependents {
  note(workspaceId: string, apps: Pick<ReadApps, 'folders' | 'isOpen'> | null): void;
  /** A compilation that has not come into force yet needs these, too: who changes one meanwhile must know. */
  foresee(workspaceId: string, apps: Pick<ReadApps, 'folders' | 'isOpen'>): void;
  /** Workspaces, besides those themselves, that these changes concern, sorted. */
  of(changed: readonly string[]): readonly string[];
}

export function createAppDependents(): AppDependents {
  const known = new Map<string, Pick<ReadApps, 'folders' | 'isOpen'>>();
  const note: AppDependents['note'] = (workspaceId, apps) => {
    if (apps && (apps.isOpen || apps.folders.size > 0)) known.set(workspaceId, apps);
    else known.delete(workspaceId);
  };
  return {
    note,
    foresee(workspaceId, { folders, isOpen }) {
      const before = known.get(workspaceId);
      note(workspaceId, {
        folders: new Set([...folders, ...(before?.folders ?? [])]),
        isOpen: isOpen || before?.isOpen === true,
      });
    },
    of: (changed) =>
      [...known]
        .filter(
          ([id, { folders, isOpen }]) => !changed.includes(id) && (isOpen || changed.some((one) => folders.has(one))),
        )
        .map(([id]) => id)
        .sort(),
  };
}
