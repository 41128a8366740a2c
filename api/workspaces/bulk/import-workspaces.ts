import type { Json, JsonObject } from '../../../shared/core/json';
import { sha256Hex } from '../../../shared/core/hash';
import type { HttpRequest, Reply } from '../../http/contract';
import { answerInTime } from '../answer-in-time';
import { assertKnown, may } from '../authorise';
import type { WorkspacesDependencies } from '../dependencies';
import { labelsOf } from '../documents';
import { importFiles, importNew, publishImported, reportFailure } from '../import-archive';
import type { ImportFailure } from '../import-files';
import type { SlugBook } from '../slug-book';
import { filesOfArchive, uploadedArchive } from '../uploaded-archive';
import { readBulk, type BulkApp, type BulkArchive, type BulkWorkspace } from './bulk-archive';

/** POST import: a new workspace out of an archive, or those of an archive of several. */
export const createImportNewWorkspace = (dependencies: WorkspacesDependencies, slugs: SlugBook) =>
  async function importNewWorkspace(request: HttpRequest): Promise<Reply> {
    assertKnown(request);
    const bytes = uploadedArchive(request);
    const bulk = await readBulk(bytes);
    if (bulk) return answerInTime(importBulk(dependencies, request, { bulk, slugs }), dependencies);
    const incoming = await filesOfArchive(bytes);
    const work = importNew(dependencies, request, { incoming, slugs }).then((report) =>
      publishImported(dependencies, request, incoming, report),
    );
    return answerInTime(work, dependencies);
  };

interface BulkImport {
  readonly bulk: BulkArchive;
  readonly slugs: SlugBook;
}

/** One after the other: what cannot be imported is reported, the others come in. */
async function importBulk(
  dependencies: WorkspacesDependencies,
  request: HttpRequest,
  { bulk, slugs }: BulkImport,
): Promise<JsonObject> {
  const [created, updated, imported, publishedApps]: [string[], string[], string[], Json[]] = [[], [], [], []];
  const errors: (ImportFailure & JsonObject)[] = [];
  const note = (failure: (ImportFailure & JsonObject) | undefined): void => void (failure && errors.push(failure));
  for (const { workspace, app } of inOrder(bulk)) {
    const { id, files } = workspace;
    let target: string | undefined;
    const known = await knownWorkspace(dependencies, request, id);
    const failure = await reportFailure(id, async () => {
      const report =
        known === undefined
          ? await importNew(dependencies, request, { incoming: files, slugs, labels: [labelOf(id)] })
          : await importFiles(dependencies, request, { workspaceId: known, incoming: files, isNew: false });
      target = String(report.workspace['id']);
      (known === undefined ? created : updated).push(target);
      imported.push(...report.imported.map((file) => `${target}/${file}`));
      errors.push(...report.errors.map((one) => ({ ...one, file: `${target}/${one.file}` })));
    });
    note(failure);
    if (target === undefined || !app) continue;
    const { slug, name, description } = app;
    const body = {
      slug,
      ...(name != null && { name }),
      ...(description != null && { description }),
      workspaceId: target,
    };
    note(
      await reportFailure(`${target}/${slug}`, async () => {
        const { body: published } = await dependencies.publishApp({ ...request, body });
        publishedApps.push(published ?? null);
      }),
    );
  }
  return { createdWorkspaceIds: created, updatedWorkspaceIds: updated, imported, errors, publishedApps };
}

/** Apps in the order of their list, each before those that install it; then the others. */
function inOrder({ workspaces, publishApps }: BulkArchive): readonly Step[] {
  const apps = new Map(publishApps.map((app) => [app.workspaceId, app]));
  const byId = new Map(workspaces.map((workspace) => [workspace.id, workspace]));
  const first = [...apps.values()].flatMap((app) => {
    const workspace = byId.get(app.workspaceId);
    return workspace ? [{ workspace, app }] : [];
  });
  return [...first, ...workspaces.filter(({ id }) => !apps.has(id)).map((workspace) => ({ workspace }))];
}

interface Step {
  readonly workspace: BulkWorkspace;
  readonly app?: BulkApp;
}

/** A label has 60 characters at most. */
const labelOf = (id: string): string => `importFrom:${id.length < 50 ? id : sha256Hex(id).slice(0, 40)}`;

/** The workspace itself, or what an earlier import made of it, if the caller may change it. */
async function knownWorkspace(
  dependencies: WorkspacesDependencies,
  { caller }: HttpRequest,
  id: string,
): Promise<string | undefined> {
  const { deployments } = dependencies;
  const label = labelOf(id);
  const isMine = (one: string): Promise<boolean> => may(dependencies, caller, 'update', one);
  if (deployments.view(id) && (await isMine(id))) return id;
  for (const one of deployments.list()) {
    const view = deployments.view(one);
    if (view && labelsOf(view).includes(label) && (await isMine(one))) return one;
  }
  return undefined;
}
