import type { Release, SourceMap } from '../automation/compiled';
import type { Diagnostic } from '../automation/diagnostic';
import { refusesSave } from '../automation/diagnostic-codes';
import type { Program } from '../automation/program';
import type { Digest } from '../json';
import { buildRelease } from './build-release';
import { compileParts, type WorkspaceParts, type WorkspaceSource } from './compile-parts';
import { installApps, NO_APPS, type AppSources, type Instance } from './install-apps';

export type { CachedFile, CompileCache } from './compile-parts';

export interface WorkspaceInput extends WorkspaceSource {
  /** What `imports/` may install. Absent: nothing. */
  readonly apps?: AppSources;
  /** Milliseconds since epoch. */
  readonly createdAt: number;
  /** Version of the secrets that were saved for it; 0 or absent = none were. */
  readonly secrets?: number;
  /** True (the default): any error refuses the release. False: only what refuses a lenient save. */
  readonly strict?: boolean;
}

export interface WorkspaceResult {
  /** Null when it is refused: the diagnostics say why. */
  readonly release: Release | null;
  /** What the release names, by digest: code of an app is there once, however often it is installed. */
  readonly programs: ReadonlyMap<Digest, Program>;
  readonly sources: ReadonlyMap<Digest, { readonly text: string; readonly map: SourceMap }>;
  /** File by file, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of the workspace itself, also when the release is refused. */
  readonly parts: WorkspaceParts;
  /** The workspace and its apps at every depth. */
  readonly instances: readonly Instance[];
}

/**
 * The files of one workspace, and those of the apps it installs -> a release. Automations are compiled one by one and
 * kept in the cache; what crosses them (slugs, calls, shadowed instructions) is checked here each time, which costs little.
 */
export function compileWorkspace(input: WorkspaceInput): WorkspaceResult {
  const root = compileParts(input);
  const { instances, diagnostics: ofApps } = installApps(root, input.apps ?? NO_APPS);
  const diagnostics = [...root.diagnostics, ...ofApps];
  diagnostics.sort((a, b) => compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.col ?? 0) - (b.col ?? 0));
  const strict = input.strict ?? true;
  const refused = diagnostics.some((found) => (strict ? found.severity === 'error' : refusesSave(found)));
  const compiled = [...new Set(instances.map(({ parts }) => parts))].flatMap((parts) => parts.compiled);
  return {
    release: refused ? null : buildRelease(input, instances),
    programs: new Map(compiled.flatMap(({ result: { automation: a } }) => (a ? [[a.programDigest, a.program]] : []))),
    sources: new Map(
      compiled.flatMap(({ text, result: { automation: a } }) =>
        a ? [[a.sourceDigest, { text, map: a.sourceMap }]] : [],
      ),
    ),
    diagnostics,
    parts: root,
    instances,
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
