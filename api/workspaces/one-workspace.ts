import { canonicalJson } from '../../shared/core/canonical-json';
import { fail } from '../../shared/core/errors/errors';
import type { Json, JsonObject } from '../../shared/core/json';
import { editYaml } from '../../shared/core/workspaces/edit-yaml';
import { readDocument } from '../../shared/core/workspaces/read-document';
import type { FileChanges, WorkspaceView } from '../../shared/ports/deployments';
import type { HttpRequest, Reply } from '../http/contract';
import { announce, type Announcement } from '../http/announce';
import { authorise, may, requireOn, workspaceNotFound } from './authorise';
import { checkBody } from './check-body';
import { assertDomainsFree } from './custom-domains';
import type { WorkspacesDependencies } from './dependencies';
import { automationEdits } from './automation-edits';
import { diagnosticsJson, indexFile, shownIndex, slugOf, workspaceDocument } from './documents';
import { isStrict, queryText } from './query';
import { refusing } from './refusal';
import type { SlugBook } from './slug-book';
import { versionView } from './versions';
import { indexPart } from './workspace-fields';

/** GET: the whole document, or that of a version. */
export const createGetWorkspace = (dependencies: WorkspacesDependencies) =>
  async function getWorkspace(request: HttpRequest): Promise<Reply> {
    const current = await authorise(dependencies, request, 'read');
    const { caller } = request;
    const version = queryText(request, 'version') ?? 'current';
    const view = version === 'current' ? current : await versionView(dependencies, current.workspaceId, version);
    const manages = await may(dependencies, caller, 'manage_repositories', current.workspaceId);
    return { body: workspaceDocument(view, dependencies.records, manages) };
  };

/** PATCH: keys at the top are replaced, `null` takes one away; automations that are named are replaced one by one. */
export const createUpdateWorkspace = (dependencies: WorkspacesDependencies, slugs: SlugBook) =>
  async function updateWorkspace(request: HttpRequest): Promise<Reply> {
    const view = await authorise(dependencies, request, 'update');
    const { workspaceId } = view;
    const body = checkBody(request.body);
    const patch = indexPart(body);
    if ('repositories' in patch) await requireOn(dependencies, request.caller, 'manage_repositories', workspaceId);
    assertDomainsFree(dependencies.deployments, workspaceId, patch);
    const { slug } = patch;
    const save = () => saveIndex(dependencies, request, patch, body);
    if (typeof slug !== 'string' || slug === slugOf(view)) return save();
    return slugs.hold(slug, workspaceId, save);
  };

async function saveIndex(
  dependencies: WorkspacesDependencies,
  request: HttpRequest,
  patch: JsonObject,
  body: JsonObject,
): Promise<Reply> {
  const { deployments, records } = dependencies;
  const workspaceId = request.params['workspaceId'] ?? '';
  const strict = isStrict(request);
  let announced: readonly Announcement[] = [];
  const { changed, before, after } = await refusing({ strict, json: true }, () =>
    deployments.change(workspaceId, (now) => {
      if (!now) throw workspaceNotFound(workspaceId);
      const edits = automationEdits(now, body['automations']);
      announced = edits.announcements;
      return {
        changes: { ...indexEdit(now, patch), ...edits.changes },
        strict,
        message: 'workspace saved',
        ...(request.caller.userId !== undefined && { by: request.caller.userId }),
      };
    }),
  );
  if (changed && before) await announce(dependencies, request, [...workspaceEvents(before, after), ...announced]);
  return { body: { ...workspaceDocument(after, records, true), diagnostics: diagnosticsJson(after.diagnostics) } };
}

function indexEdit({ files }: WorkspaceView, patch: JsonObject): FileChanges {
  const file = indexFile(files);
  const text = files[file] ?? '';
  const entries = Object.entries({ ...readDocument(text), ...patch }).filter(([, value]) => value !== null);
  return Object.keys(patch).length === 0 ? {} : { [file]: editYaml(text, Object.fromEntries(entries)) };
}

/** What of the index has changed, told without credentials and without secret values. */
export function workspaceEvents(before: WorkspaceView, after: WorkspaceView): readonly Announcement[] {
  const { workspaceId } = after;
  const [old, now] = [shownIndex(before), shownIndex(after)];
  if (same(old, now) && slugOf(before) === slugOf(after)) return [];
  const oldSlug: JsonObject = slugOf(before) === slugOf(after) ? {} : { oldSlug: slugOf(before) };
  const workspace = { id: workspaceId, ...now, slug: slugOf(after) };
  const tell = (type: string, payload: JsonObject): Announcement => ({ workspaceId, type, payload });
  return [
    tell('workspaces.updated', { workspace, ...oldSlug }),
    ...(same(old['config'], now['config'])
      ? []
      : [tell('workspaces.configured', { config: now['config'] ?? {}, oldConfig: old['config'] ?? {} })]),
    ...(same(old['blocks'], now['blocks']) ? [] : [tell('workspaces.blocks.updated', { blocks: now['blocks'] ?? [] })]),
  ];
}

const same = (a: Json | undefined, b: Json | undefined): boolean => canonicalJson(a) === canonicalJson(b);

/** DELETE: its files, schedules and waits go, its open runs are cancelled; its events stay for a while. */
export const createDeleteWorkspace = (dependencies: WorkspacesDependencies) =>
  async function deleteWorkspace(request: HttpRequest): Promise<Reply> {
    const view = await authorise(dependencies, request, 'delete');
    const { workspaceId } = view;
    await dependencies.deployments.remove(workspaceId, request.caller.userId);
    await announce(dependencies, request, [
      { workspaceId, type: 'workspaces.deleted', payload: { workspaceId, workspaceSlug: slugOf(view) } },
    ]);
    return { body: { id: workspaceId } };
  };

/** PUT: while it is suspended nothing starts, and parked runs stay where they are. */
export const createSuspendWorkspace = (dependencies: WorkspacesDependencies) =>
  async function suspendWorkspace(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'manage');
    const { suspended, reason } = checkBody(request.body);
    if (typeof suspended !== 'boolean')
      throw fail('MissingFieldError', '`suspended` is true or false', { fields: ['suspended'] });
    const told: JsonObject = typeof reason === 'string' ? { reason } : {};
    const { userId } = request.caller;
    const suspension = {
      at: Date.now(),
      ...(typeof reason === 'string' && { reason }),
      ...(userId !== undefined && { by: userId }),
    };
    await dependencies.records.suspend(workspaceId, suspended ? suspension : null);
    await dependencies.deployments.follow(workspaceId);
    const payload = { workspaceId, suspended, ...told };
    await announce(dependencies, request, [{ workspaceId, type: 'workspaces.suspended', payload }]);
    return { body: { id: workspaceId, suspended, ...told } };
  };
