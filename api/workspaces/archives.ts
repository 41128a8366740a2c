import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import { archivePaths, isExcluded } from '../../shared/core/workspaces/archive-files';
import { editYaml, toYaml } from '../../shared/core/workspaces/edit-yaml';
import { readDocument } from '../../shared/core/workspaces/read-document';
import { firstName, freeSlug, workspaceSlug } from '../../shared/core/workspaces/slug-from-name';
import type { Texts, WorkspaceView } from '../../shared/ports/deployments';
import type { HttpRequest, Reply } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import { announce } from '../http/announce';
import { invalid } from './check-body';
import { assertKnown, authorise, may, workspaceNotFound } from './authorise';
import { newWorkspaceId } from './create-workspace';
import type { WorkspacesDependencies } from './dependencies';
import { indexFile, slugOf, withoutCredentials, workspaceRow } from './documents';
import { importedIndex, planImport, type ImportPlan } from './import-files';
import { excludedPaths } from './repository-settings';
import type { SlugBook } from './slug-book';
import { filesOfVersion } from './versions';
import { badUpload, readZip, writeZip } from './zip';

/** An import that takes longer is answered before it is done; an event tells the rest. */
const ANSWER_AFTER_MS = 15_000;

/** POST versions/…/export: the files as they are, below a folder with the version's name. */
export const createExportWorkspace = (dependencies: WorkspacesDependencies) =>
  async function exportWorkspace(request: HttpRequest): Promise<Reply> {
    const view = await authorise(dependencies, request, 'read');
    const version = request.params['versionId'] ?? 'current';
    const files = shareable(filesOfVersion(dependencies, view, version));
    const entries = Object.entries(files).map(([path, text]) => [`${version}/${path}`, text]);
    const name = `${view.workspaceId}-${version}.zip`;
    return {
      headers: { 'content-disposition': `attachment; filename=${name}` },
      bytes: { type: 'application/zip', content: await writeZip(Object.fromEntries(entries)) },
    };
  };

/** Credentials of repositories do not leave with the files. */
export function shareable(files: Texts): Texts {
  const file = indexFile(files);
  const index = readDocument(files[file]);
  const without = withoutCredentials(index);
  return without === index ? files : { ...files, [file]: editYaml(files[file] ?? '', without) };
}

/** POST import: a new workspace out of an archive. */
export const createImportNewWorkspace = (dependencies: WorkspacesDependencies, slugs: SlugBook) =>
  async function importNewWorkspace(request: HttpRequest): Promise<Reply> {
    assertKnown(request);
    const { permissions, deployments } = dependencies;
    const workspaceId = newWorkspaceId(deployments);
    await requirePermission(permissions, request.caller, 'create', { type: 'workspaces', workspaceId });
    const incoming = await filesIn(request);
    const index = readDocument(incoming['index.yml']);
    const wanted =
      typeof index['slug'] === 'string' ? index['slug'] : workspaceSlug(firstName(index['name'])) || 'workspace';
    const slug = freeSlug(wanted, (one) => slugs.isTaken(one, workspaceId));
    const own = { 'index.yml': toYaml({ name: index['name'] ?? workspaceId, slug }) };
    return slugs.hold(slug, workspaceId, () =>
      importInto(dependencies, request, { workspaceId, own, incoming, isNew: true }),
    );
  };

/** POST …/import: an archive into a workspace that is there. */
export const createImportWorkspace = (dependencies: WorkspacesDependencies) =>
  async function importWorkspace(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'update');
    return importInto(dependencies, request, { workspaceId, incoming: await filesIn(request), isNew: false });
  };

interface Import {
  readonly workspaceId: string;
  readonly incoming: Texts;
  readonly isNew: boolean;
  /** Of a new workspace: what its index starts with. */
  readonly own?: Texts;
}

async function importInto(dependencies: WorkspacesDependencies, request: HttpRequest, what: Import): Promise<Reply> {
  const done = carryOut(dependencies, request, what);
  const processing = { processing: true, message: 'The import goes on; the event `workspaces.imported` tells its end' };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<JsonObject>((resolve) => {
    timer = setTimeout(() => {
      // From now on nobody hears of a failure.
      done.catch((error: unknown) =>
        dependencies.log.error({ err: error, workspaceId: what.workspaceId }, 'import failed'),
      );
      resolve(processing);
    }, ANSWER_AFTER_MS);
  });
  try {
    return { body: await Promise.race([done, late]) };
  } finally {
    clearTimeout(timer);
  }
}

async function carryOut(
  dependencies: WorkspacesDependencies,
  request: HttpRequest,
  { workspaceId, incoming, isNew, own }: Import,
): Promise<JsonObject> {
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
): Promise<JsonObject> {
  const { workspaceId } = after;
  const { imported = [], deleted = [], errors = [] } = plan ?? {};
  const row = workspaceRow(after, dependencies.records);
  const workspace = { id: workspaceId, slug: slugOf(after), name: row['name'] as Json };
  const report = { ...(deleted.length > 0 && { deleted }), errors: errors as unknown as Json };
  const payload = { workspace, files: imported, ...report, ...(version !== undefined && { version }) };
  await announce(dependencies, request, [{ workspaceId, type: 'workspaces.imported', payload }]);
  return { imported, ...report, workspace: row };
}

/** @throws MissingFieldError · InvalidUploadError (400) */
async function filesIn({ body }: HttpRequest): Promise<Texts> {
  const archive = isObject(body) ? body['archive'] : undefined;
  if (!isObject(archive))
    throw fail('MissingFieldError', 'Send the archive as the file `archive` of a form', { fields: ['archive'] });
  const { originalname, base64 } = archive;
  if (typeof base64 !== 'string') throw fail('MissingFieldError', '`archive` is no file', { fields: ['archive'] });
  if (!/\.zip$/i.test(String(originalname))) throw badUpload('only .zip archives are taken');
  let paths: ReadonlyMap<string, string> = new Map();
  const texts = await readZip(Buffer.from(base64, 'base64'), (names) => {
    if (names.includes('bulkExport.json')) throw badUpload('a bulk archive holds several workspaces');
    return new Set((paths = archivePaths(names)).keys());
  });
  if (paths.size === 0) throw badUpload('no file of a workspace is in the archive');
  const files = new Map<string, string>();
  for (const [entry, path] of paths) {
    if (files.has(path)) throw badUpload(`${path} is there twice`);
    files.set(path, entry.endsWith('.json') ? fromJson(entry, texts[entry] ?? '') : (texts[entry] ?? ''));
  }
  return Object.fromEntries(files);
}

function fromJson(entry: string, text: string): string {
  try {
    return toYaml(JSON.parse(text) as Json);
  } catch {
    throw badUpload(`${JSON.stringify(entry.slice(0, 200))} is no JSON`);
  }
}
