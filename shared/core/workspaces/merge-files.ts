type Files = { readonly [path: string]: string };

export interface FileConflict {
  readonly path: string;
  /** Null = not there. */
  readonly base: string | null;
  readonly ours: string | null;
  readonly theirs: string | null;
}

export interface MergedFiles {
  readonly files: Files;
  readonly conflicts: readonly FileConflict[];
}

export type Side = 'ours' | 'theirs';

/** Which side a conflict is decided for; undefined = it stays one. */
export type Resolve = (path: string) => Side | undefined;

/**
 * Three-way merge, file by file: who alone has changed a file since `base` has the say; a file that both have changed
 * differently is a conflict. Texts are not merged: half of one automation and half of another is none.
 */
export function mergeFiles(base: Files, ours: Files, theirs: Files, resolve: Resolve = () => undefined): MergedFiles {
  const files = new Map<string, string>();
  const conflicts: FileConflict[] = [];
  const at = (side: Files, path: string): string | null => (Object.hasOwn(side, path) ? (side[path] ?? null) : null);
  for (const path of [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort()) {
    const conflict = { path, base: at(base, path), ours: at(ours, path), theirs: at(theirs, path) };
    const winner = sideOf(conflict) ?? resolve(path);
    if (winner === undefined) conflicts.push(conflict);
    const text = conflict[winner ?? 'ours'];
    if (text !== null) files.set(path, text);
  }
  return { files: Object.fromEntries(files), conflicts };
}

function sideOf({ base, ours, theirs }: FileConflict): Side | undefined {
  if (ours === theirs || theirs === base) return 'ours';
  return ours === base ? 'theirs' : undefined;
}

export interface FileDifference {
  readonly path: string;
  readonly status: 'added' | 'removed' | 'changed';
  readonly before: string | null;
  readonly after: string | null;
}

/** What has to happen to `before` to become `after`, sorted by path. */
export function compareFiles(before: Files, after: Files): readonly FileDifference[] {
  const found: FileDifference[] = [];
  for (const path of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    const [old, now] = [before[path] ?? null, after[path] ?? null];
    if (old !== now)
      found.push({
        path,
        status: old === null ? 'added' : now === null ? 'removed' : 'changed',
        before: old,
        after: now,
      });
  }
  return found;
}
