import { compileAutomation, type CompileResult } from '../automation/compile-automation';
import type { CompiledAutomation } from '../automation/compiled';
import type { Diagnostic } from '../automation/diagnostic';
import { slugOfFile } from '../automation/slug';
import { ownCompilers } from '../instructions/compile';
import type { ExecuteRule } from '../permissions/may-execute';
import { compileImports, type CompiledImport } from './compile-import';
import { compileIndex, type WorkspaceIndex } from './compile-index';
import { compileSecurity, securityFile } from './compile-security';
import { reportIgnoredFile } from './ignored-files';
import { reportDuplicates, reportForbiddenSchedules, reportShadowed } from './workspace-checks';

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

/** The files of one workspace, or of one app. */
export interface WorkspaceSource {
  readonly workspaceId: string;
  /** Path inside the workspace (`index.yml`, `automations/hello.yml`, `imports/nlu.yml`, `security.yml`) -> text. */
  readonly files: { readonly [path: string]: string };
  readonly cache?: CompileCache;
}

export interface CompiledFile {
  readonly file: string;
  readonly text: string;
  readonly result: CompileResult;
}

/** What can be said of a workspace by its own files alone. */
export interface WorkspaceParts {
  readonly workspaceId: string;
  readonly index: WorkspaceIndex;
  readonly compiled: readonly CompiledFile[];
  /** By slug; of two files with one slug the first. */
  readonly automations: ReadonlyMap<string, { readonly file: string; readonly automation: CompiledAutomation }>;
  readonly imports: readonly CompiledImport[];
  readonly rules: readonly ExecuteRule[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles the files one by one; an unchanged automation comes from the cache. */
export function compileParts(source: WorkspaceSource): WorkspaceParts {
  const { workspaceId, files } = source;
  const compiled = compileFiles(source);
  const indexFile = either(files, 'index');
  const { index, diagnostics: ofIndex } = compileIndex(indexFile, files[indexFile], workspaceId);
  const ofSecurity = securityFile(files);
  const security = compileSecurity(ofSecurity, files[ofSecurity]);
  const imports = compileImports(files);
  const automations = new Map<string, { file: string; automation: CompiledAutomation }>();
  for (const { file, result } of compiled)
    if (result.automation && !automations.has(result.automation.slug))
      automations.set(result.automation.slug, { file, automation: result.automation });
  return {
    workspaceId,
    index,
    compiled,
    automations,
    imports: imports.flatMap((one) => one.import ?? []),
    rules: security.rules,
    diagnostics: [
      ...ofIndex,
      ...security.diagnostics,
      ...imports.flatMap(({ diagnostics }) => diagnostics),
      ...reportIgnoredFile(files),
      ...compiled.flatMap(({ result }) => result.diagnostics),
      ...reportDuplicates(compiled),
      ...reportShadowed(compiled),
      ...reportForbiddenSchedules(compiled, security.rules),
    ],
  };
}

const either = (files: WorkspaceSource['files'], name: string): string =>
  `${name}.yaml` in files && !(`${name}.yml` in files) ? `${name}.yaml` : `${name}.yml`;

/** In the order of the paths, so that the same files give the same release. */
function compileFiles({ files, cache }: WorkspaceSource): readonly CompiledFile[] {
  const paths = Object.keys(files).sort();
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
