/**
 * Workspaces written as values in the tables of `tests/apps`: `<folder>: {<file without .yml>: content}`. `<slug>@<version>`
 * is a published version of an app.
 */
import type { Program, ProgramSet } from '../../shared/core/automation/program';
import type { JsonObject } from '../../shared/core/json';
import { compileWorkspace, type WorkspaceResult } from '../../shared/core/workspaces/compile-workspace';
import type { WorkspaceSource } from '../../shared/core/workspaces/compile-parts';
import type { AppSources } from '../../shared/core/workspaces/install-apps';
import { programSetOf } from '../../shared/core/workspaces/program-set';
import { resolveConfig } from '../../shared/core/workspaces/resolve-config';
import { configSettingsIn } from '../../workers/config-settings';

export interface AppWorkspaces {
  readonly [folder: string]: { readonly [file: string]: JsonObject | string };
}

/** The first folder is the workspace, the others are beside it. */
export function compileApps(workspaces: AppWorkspaces, strict = true): WorkspaceResult {
  const [workspaceId = ''] = Object.keys(workspaces);
  const textsOf = (folder: string): { readonly [path: string]: string } =>
    Object.fromEntries(
      Object.entries(workspaces[folder] ?? {}).map(([file, content]) => [
        `${file}.yml`,
        typeof content === 'string' ? content : JSON.stringify(withName(file, content), null, 2),
      ]),
    );
  const sourceOf = (name: string, slug: string): WorkspaceSource | undefined =>
    Object.hasOwn(workspaces, name) ? { workspaceId: slug, files: textsOf(name) } : undefined;
  const sources = new Map(Object.keys(workspaces).map((name) => [name, sourceOf(name, name.split('@')[0] ?? '')]));
  const versions = (slug: string): readonly string[] =>
    [...sources.keys()].flatMap((name) => (name.startsWith(`${slug}@`) ? [name.slice(slug.length + 1)] : []));
  const apps: AppSources = {
    names: Object.keys(workspaces),
    find: (slug, version) => sources.get(version === 'current' ? slug : `${slug}@${version}`),
    versionsOf: (slug) => (sources.has(slug) ? versions(slug) : undefined),
  };
  return compileWorkspace({ workspaceId, files: textsOf(workspaceId), apps, createdAt: 0, strict });
}

/** Tables leave out what every automation has. */
export const withName = (file: string, content: JsonObject): JsonObject =>
  file.startsWith('automations/') ? { name: file, do: [], ...content } : content;

export interface Outside {
  readonly env?: { readonly [name: string]: string };
  readonly secret?: JsonObject;
}

/** What runs of a compiled workspace may execute, with its config filled in. */
export function programsOf(
  { release, programs, diagnostics }: WorkspaceResult,
  { env = {}, secret = {} }: Outside = {},
): { readonly of: (automation: string) => ProgramSet; readonly config: { readonly [instance: string]: JsonObject } } {
  if (!release) throw new Error(JSON.stringify(diagnostics, null, 2));
  const config = resolveConfig(release, { secret, settings: configSettingsIn(env) });
  return {
    config,
    of(automation) {
      const set = programSetOf(release, automation, (digest) => programs.get(digest) as Program, config);
      if (set === null) throw new Error(`there is no automation ${automation}`);
      return set;
    },
  };
}
