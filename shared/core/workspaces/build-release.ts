import type { CompiledAutomation, Release, ReleasedAutomation } from '../automation/compiled';
import { canonicalJson } from '../canonical-json';
import { sha256Hex } from '../hash';
import type { Value } from '../json';
import type { WorkspaceIndex } from './compile-index';
import type { CompiledFile } from './compile-workspace';

interface Subject {
  readonly workspaceId: string;
  readonly createdAt: number;
}

/** Compiled files -> the release, with the closure of each automation. Its digest leaves out when it was made. */
export function buildRelease(
  { workspaceId, createdAt }: Subject,
  index: WorkspaceIndex,
  compiled: readonly CompiledFile[],
): Release {
  const found = new Map<string, { readonly file: string; readonly automation: CompiledAutomation }>();
  for (const { file, result } of compiled)
    if (result.automation && !found.has(result.automation.slug))
      found.set(result.automation.slug, { file, automation: result.automation });
  const callees = new Map([...found].map(([slug, { automation }]) => [slug, calleesOf(automation, found)]));
  const automations = Object.fromEntries(
    [...found].map(([slug, { file, automation }]) => [slug, release(file, automation, closureOf(slug, callees))]),
  );
  const config = { '': index.config };
  const { secretConfig: paths } = index;
  const secretConfig = paths.length > 0 ? { secretConfig: { '': paths } } : {};
  return {
    formatVersion: 1,
    digest: digestOf(workspaceId, index, automations, { config, ...secretConfig }),
    workspaceId,
    name: index.name,
    createdAt,
    automations,
    config,
    ...secretConfig,
  };
}

function release(file: string, automation: CompiledAutomation, closure: readonly string[]): ReleasedAutomation {
  return {
    slug: automation.slug,
    instance: '',
    program: automation.programDigest,
    source: automation.sourceDigest,
    file,
    triggers: automation.triggers,
    ...(automation.program.disabled && { disabled: true as const }),
    name: automation.name,
    labels: automation.labels,
    closure,
  };
}

const calleesOf = (automation: CompiledAutomation, known: ReadonlyMap<string, unknown>): readonly string[] => [
  ...new Set(automation.calls.map(({ name }) => name).filter((name) => known.has(name))),
];

/** All that can be reached by direct calls, itself included, sorted. Without recursion: chains may be long. */
function closureOf(slug: string, callees: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const reached = new Set([slug]);
  // A set hands out what is added while it is walked.
  for (const next of reached) for (const callee of callees.get(next) ?? []) reached.add(callee);
  return [...reached].sort();
}

function digestOf(
  workspaceId: string,
  index: WorkspaceIndex,
  automations: Release['automations'],
  configs: Pick<Release, 'config' | 'secretConfig'>,
): string {
  const parts = Object.entries(automations).map(([slug, { program, source, triggers, file }]) => [
    slug,
    { program, source, triggers, file },
  ]);
  const meaning: unknown = { workspaceId, name: index.name, automations: Object.fromEntries(parts), ...configs };
  return `r:${sha256Hex(canonicalJson(meaning as Value))}`;
}
