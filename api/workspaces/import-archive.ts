import type { Json, JsonObject } from '../../shared/core/json';
import { isExcluded } from '../../shared/core/workspaces/archive-files';
import { toYaml } from '../../shared/core/workspaces/edit-yaml';
import { readDocument } from '../../shared/core/workspaces/read-document';
import { firstName, freeSlug, workspaceSlug } from '../../shared/core/workspaces/slug-from-name';
import { isPlatformError } from '../../shared/core/errors/errors';
import type { Texts, WorkspaceView } from '../../shared/ports/deployments';
import type { HttpRequest, Reply } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import { announce } from '../http/announce';
import { answerInTime } from './answer-in-time';
import { APP_FILE } from './archives';
import { assertKnown, authorise, may, workspaceNotFound } from './authorise';
import { invalid } from './check-body';
import { newWorkspaceId } from './create-workspace';
import type { WorkspacesDependencies } from './dependencies';
import { slugOf, workspaceRow } from './documents';
import { importedIndex, planImport, type ImportFailure, type ImportPlan } from './import-files';
import { excludedPaths } from './repository-settings';
import type { SlugBook } from './slug-book';
import { filesOfArchive, uploadedArchive } from './uploaded-archive';

/** POST …/import: an archive into a workspace that is there. */
export const createImportWorkspace = (dependencies: WorkspacesDependencies) =>
  async function importWorkspace(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'update');
    const incoming = await filesOfArchive(uploadedArchive(request));
    return answerInTime(importAndPublish(dependencies, request, { workspaceId, incoming, isNew: false }), dependencies);
  };

/** A new workspace out of the files of one. */
export async function importNew(
  dependencies: WorkspacesDependencies,
  request: HttpRequest,
  { incoming, slugs, labels = [] }: NewImport,
): Promise<ImportReport> {
  assertKnown(request);
  const { permissions, deployments } = dependencies;
  const workspaceId = newWorkspaceId(deployments);
  await requirePermission(permissions, request.caller, 'create', { type: 'workspaces', workspaceId });
  const index = readDocument(incoming['index.yml']);
  const wanted =
    typeof index['slug'] === 'string' ? index['slug'] : workspaceSlug(firstName(index['name'])) || 'workspace';
  const slug = freeSlug(wanted, (one) => slugs.isTaken(one, workspaceId));
  const own = {
    'index.yml': toYaml({ name: index['name'] ?? workspaceId, slug, ...(labels.length > 0 && { labels }) }),
  };
  return slugs.hold(slug, workspaceId, () =>
    importFiles(dependencies, request, { workspaceId, own, incoming, isNew: true }),
  );
}

interface NewImport {
  readonly incoming: Texts;
  readonly slugs: SlugBook;
  /** Besides those that come in. */
  readonly labels?: readonly string[];
}

export interface Import {
  readonly workspaceId: string;
  readonly incoming: Texts;
  readonly isNew: boolean;
  /** Of a new workspace: what its index starts with. */
  readonly own?: Texts;
}

/** What an import has done, as it is answered. */
export interface ImportReport extends JsonObject {
  readonly imported: readonly string[];
  readonly errors: readonly (ImportFailure & JsonObject)[];
  readonly workspace: JsonObject;
}

/** An archive of an app is published after it has come in. */
export async function importAndPublish(
  dependencies: WorkspacesDependencies,
  request: HttpRequest,
  what: Import,
): Promise<ImportReport> {
  return publishImported(dependencies, request, what.incoming, await importFiles(dependencies, request, what));
}

/** The import counts also where the app cannot be published: the report says why. */
export async function publishImported(
  { publishApp }: WorkspacesDependencies,
  request: HttpRequest,
  incoming: Texts,
  report: ImportReport,
): Promise<ImportReport> {
  const { slug, name, description } = readDocument(incoming[APP_FILE]);
  if (typeof slug !== 'string' || report.errors.some(({ file }) => file === 'index')) return report;
  const app: JsonObject = { slug, ...(name != null && { name }), ...(description != null && { description }) };
  const refused = await reportFailure(APP_FILE, () =>
    publishApp({ ...request, body: { ...app, workspaceId: report.workspace['id'] as Json } }),
  );
  return refused ? { ...report, errors: [...report.errors, refused] } : report;
}

/** @throws what is no refusal of ours */
export async function reportFailure(
  file: string,
  work: () => Promise<unknown>,
): Promise<(ImportFailure & JsonObject) | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    return { file, err: error.code, message: error.message };
  }
}

export async function importFiles(
  dependencies: WorkspacesDependencies,
  request: HttpRequest,
  { workspaceId, incoming, isNew, own }: Import,
): Promise<ImportReport> {
  const { deployments } = dependencies;
  let plan: ImportPlan | undefined;
  const { userId } = request.caller;
  const edit = async (view: WorkspaceView | null) => {
    if (!view && !isNew) throw workspaceNotFound(workspaceId);
    const files = view?.files ?? own ?? {};
    const excluded = excludedPaths(view, 'archive');
    const kept = Object.fromEntries(Object.entries(incoming).filter(([path]) => !isExcluded(path, excluded)));
    const keepsSecurity = !isNew && !(await may(dependencies, request.caller, 'manage_security', workspaceId));
    plan = await planImport(deployments, {
      ...{ workspaceId, own: files, incoming: kept, index: importedIndex, keepsSecurity },
    });
    const broken = plan.errors.find(({ file }) => file === 'index');
    if (isNew && broken) throw invalid('index', broken.message, broken.err);
    return {
      changes: { ...(isNew && own), ...plan.changes },
      message: 'imported',
      ...(userId !== undefined && { by: userId }),
    };
  };
  const { after } = await deployments.change(workspaceId, edit);
  return reportImport(dependencies, request, { after, ...(plan && { plan }) });
}

/** Answer and event of an import or a pull. */
export async function reportImport(
  dependencies: WorkspacesDependencies,
  request: HttpRequest,
  { after, plan, version }: { readonly after: WorkspaceView; readonly plan?: ImportPlan; readonly version?: string },
): Promise<ImportReport> {
  const { workspaceId } = after;
  const { imported = [], deleted = [], errors = [] } = plan ?? {};
  const row = workspaceRow(after, dependencies.records);
  const workspace = { id: workspaceId, slug: slugOf(after), name: row['name'] as Json };
  const report = { ...(deleted.length > 0 && { deleted }), errors: errors.map((one) => ({ ...one })) };
  const payload = { workspace, files: imported, ...report, ...(version !== undefined && { version }) };
  await announce(dependencies, request, [{ workspaceId, type: 'workspaces.imported', payload }]);
  return { imported, ...report, workspace: row };
}
