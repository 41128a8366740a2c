import type { Wait } from '../../shared/contracts/api/runs.generated';
import type { Release, SourceMap } from '../../shared/core/automation/compiled';
import type { Digest } from '../../shared/core/json';
import type { RunPlace } from '../../shared/core/run/wait-notes';
import type { ReleaseStore } from '../../shared/ports/release-store';

/** Line and column of an instruction, in the text that the run was started with. */
export type PlaceOf = (release: Digest, at: RunPlace) => Promise<NonNullable<Wait['at']>>;

/** Kept for the pages to come; texts and releases never change. */
const MOST_KEPT = 200;

export function createPlaceOf(store: Pick<ReleaseStore, 'getRelease' | 'getSource'>): PlaceOf {
  const releases = kept((digest) => store.getRelease(digest));
  const maps = kept(async (digest) => (await store.getSource(digest))?.map ?? null);
  return async (digest, { automation, node }) => {
    const release: Release | null = await releases(digest);
    const source = release?.automations[automation]?.source;
    const map: SourceMap | null = source === undefined ? null : await maps(source);
    const [line, col] = map?.[node] ?? [];
    return { automation, nodeId: node, ...(line !== undefined && { line }), ...(col !== undefined && { col }) };
  };
}

/** Absence is asked for again: a text may come later than the run that names it. */
function kept<T>(read: (digest: Digest) => Promise<T | null>): (digest: Digest) => Promise<T | null> {
  const known = new Map<Digest, T>();
  return async (digest) => {
    const found = known.get(digest) ?? (await read(digest));
    known.delete(digest);
    if (found === null) return null;
    known.set(digest, found);
    const oldest = known.keys().next().value;
    if (known.size > MOST_KEPT && oldest !== undefined) known.delete(oldest);
    return found;
  };
}
