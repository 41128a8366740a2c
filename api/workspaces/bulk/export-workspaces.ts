import { isObject, type Json, type JsonObject } from '../../../shared/core/json';
import { fail } from '../../../shared/core/errors/errors';
import { importedApps } from '../../../shared/core/workspaces/compile-import';
import type { PublishedApp } from '../../../shared/ports/app-store';
import type { WorkspaceView } from '../../../shared/ports/deployments';
import type { HttpRequest, Reply } from '../../http/contract';
import { archiveOf, zipReply } from '../archives';
import { assertKnown, may, requireOn, workspaceNotFound } from '../authorise';
import { checkBody } from '../check-body';
import type { WorkspacesDependencies } from '../dependencies';
import { readableWorkspaces, sortedRows } from '../list-workspaces';
import { MOST_WORKSPACES, writeBulk, type BulkApp } from './bulk-archive';

/** POST export: several workspaces in one archive, with the apps that they install if asked for. */
export const createExportWorkspaces = (dependencies: WorkspacesDependencies) =>
  async function exportWorkspaces(request: HttpRequest): Promise<Reply> {
    assertKnown(request);
    const body = checkBody(request.body ?? {});
    const chosen = await choose(dependencies, request, isObject(body['workspaces']) ? body['workspaces'] : {});
    if (chosen.length === 0)
      throw fail('ObjectNotFoundError', 'No workspace that you may read is what `workspaces.query` asks for', {
        subjectType: 'workspaces',
        query: isObject(body['workspaces']) ? (body['workspaces']['query'] ?? {}) : {},
      });
    const withApps = body['includeApps'] === true;
    const views = withApps ? await addApps(dependencies, request, chosen) : chosen;
    const apps = withApps ? inDependencyOrder(dependencies, views) : [];
    // As which app each is published says the list of the whole archive, if that is wanted.
    const archives = views.map(({ workspaceId, files }) => ({
      id: workspaceId,
      archive: archiveOf(files, { version: 'current', app: null }),
    }));
    return zipReply('bulk-export.zip', await writeBulk(archives, apps.map(bulkApp)));
  };

const bulkApp = ({ workspaceId, slug, shown }: PublishedApp): BulkApp => {
  const { name, description, photo } = shown;
  return {
    ...{ workspaceId, slug },
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(photo !== undefined && { photo }),
  };
};

/** Who names workspaces gets all of them, or is told which one is refused. */
async function choose(
  dependencies: WorkspacesDependencies,
  request: HttpRequest,
  { query, pagination }: JsonObject,
): Promise<readonly WorkspaceView[]> {
  const { name, slug, ids, labels, email } = isObject(query) ? query : {};
  const named = listOf(ids);
  for (const id of named ?? []) {
    if (!dependencies.deployments.view(id)) throw workspaceNotFound(id);
    await requireOn(dependencies, request.caller, 'read', id);
  }
  const wanted = {
    ...(typeof name === 'string' && { name }),
    ...(typeof slug === 'string' && { slug }),
    ...(typeof email === 'string' && { email }),
    ...(named && { ids: named }),
    ...{ labels: listOf(labels) },
  };
  const views = await readableWorkspaces(dependencies, request.caller, wanted);
  const { page, limit } = isObject(pagination) ? pagination : {};
  const size = typeof limit === 'number' ? limit : MOST_WORKSPACES;
  const from = (typeof page === 'number' ? page : 0) * size;
  const rows = sortedRows(dependencies.records, views, 'name').slice(from, from + size);
  return rows.flatMap(({ id }) => views.find(({ workspaceId }) => workspaceId === id) ?? []);
}

/** A list, or its items separated by commas. */
function listOf(value: Json | undefined): readonly string[] | undefined {
  if (typeof value !== 'string' && !Array.isArray(value)) return undefined;
  const items = typeof value === 'string' ? value.split(',') : (value as readonly Json[]).map(String);
  return items.map((one) => one.trim()).filter((one) => one !== '');
}

/** And the workspaces that their apps were published from, at any depth, as far as the caller may read those. */
async function addApps(
  dependencies: WorkspacesDependencies,
  { caller }: HttpRequest,
  chosen: readonly WorkspaceView[],
): Promise<readonly WorkspaceView[]> {
  const all = new Map(chosen.map((view) => [view.workspaceId, view]));
  // A map hands out what is added while it is walked.
  for (const view of all.values())
    for (const app of appsOf(dependencies, view)) {
      const source = all.has(app.workspaceId) ? null : dependencies.deployments.view(app.workspaceId);
      if (source && (await may(dependencies, caller, 'read', app.workspaceId))) all.set(app.workspaceId, source);
    }
  return [...all.values()];
}

const appsOf = ({ apps }: WorkspacesDependencies, { files }: WorkspaceView): readonly PublishedApp[] =>
  importedApps(files).flatMap(({ appSlug }) => apps.find(appSlug) ?? []);

/** Published ones among these workspaces, each after those that it installs. */
function inDependencyOrder(
  dependencies: WorkspacesDependencies,
  views: readonly WorkspaceView[],
): readonly PublishedApp[] {
  const byId = new Map(views.map((view) => [view.workspaceId, view]));
  const seen = new Set<string>();
  const ordered: PublishedApp[] = [];
  // Without recursion: how deep apps are nested is for their authors to say. The second visit comes after what is inside.
  const open = [...views].reverse().map((view) => ({ view, isDone: false }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { view, isDone } = next;
    const app = dependencies.apps.ofWorkspace(view.workspaceId);
    if (isDone) {
      if (app) ordered.push(app);
      continue;
    }
    if (seen.has(view.workspaceId)) continue;
    seen.add(view.workspaceId);
    open.push({ view, isDone: true });
    for (const { workspaceId } of [...appsOf(dependencies, view)].reverse()) {
      const inner = byId.get(workspaceId);
      if (inner) open.push({ view: inner, isDone: false });
    }
  }
  return ordered;
}
