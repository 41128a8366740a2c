import { compileAutomation, type CompileResult } from '../automation/compile-automation';
import type { Release, SourceMap } from '../automation/compiled';
import type { Diagnostic } from '../automation/diagnostic';
import { refusesSave } from '../automation/diagnostic-codes';
import type { Program } from '../automation/program';
import { slugOfFile } from '../automation/slug';
import type { Digest } from '../json';
import { ownCompilers } from '../instructions/compile';
import { buildRelease } from './build-release';
import { compileIndex } from './compile-index';
import { linkCalls } from './link-calls';
import { reportIgnoredFile } from './ignored-files';
import { reportDuplicates, reportShadowed } from './workspace-checks';

/** What a file of this text compiles to. */
export interface CachedFile {
  readonly text: string;
  readonly result: CompileResult;
}

/**
 * Kept by the caller between compilations of one workspace; a `Map` will do. Keys are paths, so that it grows no larger
 * than the workspace has files, and an unchanged text is known by comparing: no hashing of what has not changed.
 */
export interface CompileCache {
  get(key: string): CachedFile | undefined;
  set(key: string, file: CachedFile): unknown;
}

export interface WorkspaceInput {
  readonly workspaceId: string;
  /** Path inside the workspace (`index.yml`, `automations/hello.yml`) -> text. */
  readonly files: { readonly [path: string]: string };
  readonly cache?: CompileCache;
  /** Milliseconds since epoch. */
  readonly createdAt: number;
  /** True (the default): any error refuses the release. False: only what refuses a lenient save. */
  readonly strict?: boolean;
}

export interface WorkspaceResult {
  /** Null when it is refused: the diagnostics say why. */
  readonly release: Release | null;
  /** What the release names, by digest. */
  readonly programs: ReadonlyMap<Digest, Program>;
  readonly sources: ReadonlyMap<Digest, { readonly text: string; readonly map: SourceMap }>;
  /** File by file, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface CompiledFile {
  readonly file: string;
  readonly text: string;
  readonly result: CompileResult;
}

/**
 * The files of one workspace -> a release. Automations are compiled one by one and kept in the cache; what crosses them
 * (slugs, calls, shadowed instructions) is checked here each time, which costs little.
 */
export function compileWorkspace(input: WorkspaceInput): WorkspaceResult {
  const compiled = compileFiles(input);
  const indexFile = 'index.yaml' in input.files && !('index.yml' in input.files) ? 'index.yaml' : 'index.yml';
  const { index, diagnostics: ofIndex } = compileIndex(indexFile, input.files[indexFile], input.workspaceId);
  const diagnostics: Diagnostic[] = [
    ...ofIndex,
    ...reportIgnoredFile(input.files),
    ...compiled.flatMap(({ result }) => result.diagnostics),
    ...reportDuplicates(compiled),
    ...reportShadowed(compiled),
    ...linkCalls(compiled),
  ];
  diagnostics.sort((a, b) => compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.col ?? 0) - (b.col ?? 0));
  const strict = input.strict ?? true;
  const refused = diagnostics.some((found) => (strict ? found.severity === 'error' : refusesSave(found)));
  return {
    release: refused ? null : buildRelease(input, index, compiled),
    programs: new Map(compiled.flatMap(({ result: { automation: a } }) => (a ? [[a.programDigest, a.program]] : []))),
    sources: new Map(
      compiled.flatMap(({ text, result: { automation: a } }) =>
        a ? [[a.sourceDigest, { text, map: a.sourceMap }]] : [],
      ),
    ),
    diagnostics,
  };
}

/** In the order of the paths, so that the same files give the same release. */
function compileFiles({ files, cache }: WorkspaceInput): readonly CompiledFile[] {
  const paths = Object.keys(files).sort(compare);
  const compile = (shadowed: ReadonlySet<string>): readonly CompiledFile[] =>
    paths.flatMap((file) => {
      const slug = slugOfFile(file);
      const text = files[file];
      return slug === null || text === undefined
        ? []
        : [{ file, text, result: compileCached({ file, slug, text, shadowed }, cache) }];
    });
  const first = compile(new Set());
  const shadowed = new Set(
    first.flatMap(({ result: { automation } }) =>
      automation && ownCompilers.has(automation.slug) ? [automation.slug] : [],
    ),
  );
  if (shadowed.size === 0 || !first.some(({ result }) => result.ownInstructions.some((name) => shadowed.has(name))))
    return first;
  return compile(shadowed);
}

function compileCached(source: Required<Parameters<typeof compileAutomation>[0]>, cache?: CompileCache): CompileResult {
  const { file, text, shadowed } = source;
  const key = [file, ...[...shadowed].sort()].join('|');
  const known = cache?.get(key);
  if (known?.text === text) return known.result;
  const result = compileAutomation(source);
  cache?.set(key, { text, result });
  return result;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
