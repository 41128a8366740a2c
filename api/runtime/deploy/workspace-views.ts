import type { JsonObject } from '../../../shared/core/json';
import type { Texts, WorkspaceView } from '../../../shared/ports/deployments';
import type { ActiveReleases } from './active-releases';
import type { Compiled } from './deploy-workspace';

type Noted = Pick<Compiled, 'texts' | 'parts' | 'diagnostics'>;

/** What the folder holds, as it was last compiled: lists and reads need no disk. */
export interface WorkspaceViews {
  note(workspaceId: string, noted: Noted | null): void;
  get(workspaceId: string): WorkspaceView | null;
  /** As `get`, if these are still its files. */
  ifStill(workspaceId: string, texts: Texts): WorkspaceView | null;
  list(): readonly string[];
  /** Of those that say `registerWorkspace`, by slug: `{id, name}`. The same object as long as it says the same. */
  registered(): JsonObject;
}

export function createWorkspaceViews(releases: Pick<ActiveReleases, 'get'>): WorkspaceViews {
  const known = new Map<string, Noted>();
  let sorted: readonly string[] | undefined;
  let registered: JsonObject | undefined;
  const get = (workspaceId: string): WorkspaceView | null => {
    const noted = known.get(workspaceId);
    return noted ? viewOf(workspaceId, noted, releases) : null;
  };
  return {
    get,
    note(workspaceId, noted) {
      if (noted?.parts.index.isRegistered || known.get(workspaceId)?.parts.index.isRegistered) registered = undefined;
      if (!noted || !known.has(workspaceId)) sorted = undefined;
      // Only what is asked for: what else a compilation has made may go.
      if (noted) known.set(workspaceId, { texts: noted.texts, parts: noted.parts, diagnostics: noted.diagnostics });
      else known.delete(workspaceId);
    },
    ifStill(workspaceId, texts) {
      const noted = known.get(workspaceId);
      return noted && sameTexts(noted.texts, texts) ? viewOf(workspaceId, noted, releases) : null;
    },
    list: () => (sorted ??= [...known.keys()].sort()),
    registered: () => (registered ??= registryOf(known)),
  };
}

const registryOf = (known: ReadonlyMap<string, Noted>): JsonObject =>
  Object.fromEntries(
    [...known].flatMap(
      ([
        id,
        {
          parts: { index },
        },
      ]) => (index.isRegistered ? [[index.slug ?? id, { id, name: index.name }]] : []),
    ),
  );

export const viewOf = (
  workspaceId: string,
  { texts, parts, diagnostics }: Noted,
  releases: Pick<ActiveReleases, 'get'>,
): WorkspaceView => ({
  workspaceId,
  files: texts,
  parts,
  diagnostics,
  release: releases.get(workspaceId)?.release ?? null,
});

function sameTexts(a: Texts, b: Texts): boolean {
  const paths = Object.keys(a);
  return paths.length === Object.keys(b).length && paths.every((path) => a[path] === b[path]);
}
