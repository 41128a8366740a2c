import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import { editYaml } from '../../shared/core/workspaces/edit-yaml';
import { readDocument } from '../../shared/core/workspaces/read-document';
import { firstName } from '../../shared/core/workspaces/slug-from-name';
import type { HttpRequest, Reply } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import { announce } from '../http/announce';
import { authorise } from './authorise';
import { createFiles, newWorkspaceId } from './create-workspace';
import type { WorkspacesDependencies } from './dependencies';
import { diagnosticsJson, indexFile, slugOf, toldWorkspace, workspaceDocument } from './documents';
import type { SlugBook } from './slug-book';
import { filesOfVersion } from './versions';

const COPY = ' - Copie';
const LONGEST_NAME = 60;
/** Labels that say something of the original only. */
const NOT_COPIED = /^(suggestions$|production:)/;

/** POST versions/…/duplicate: a new workspace with the same files, and the caller as its owner. */
export const createDuplicateWorkspace = (dependencies: WorkspacesDependencies, slugs: SlugBook) =>
  async function duplicateWorkspace(request: HttpRequest): Promise<Reply> {
    const view = await authorise(dependencies, request, 'read');
    const { deployments, permissions, records } = dependencies;
    const workspaceId = newWorkspaceId(deployments);
    await requirePermission(permissions, request.caller, 'create', { type: 'workspaces', workspaceId });
    const { '.import.yml': _app, ...files } = filesOfVersion(
      dependencies,
      view,
      request.params['versionId'] ?? 'current',
    );
    const file = indexFile(files);
    const index = copiedIndex(readDocument(files[file]));
    const { after } = await slugs.holdFree(firstName(index['name']), workspaceId, (slug) =>
      createFiles(dependencies, request, workspaceId, {
        ...files,
        [file]: editYaml(files[file] ?? '', { ...index, slug }),
      }),
    );
    const workspace = workspaceDocument(after, records, true);
    const from = { id: view.workspaceId, name: view.parts.index.name, slug: slugOf(view) };
    const payload = { workspace: toldWorkspace(after, records), fromWorkspace: from };
    await announce(
      dependencies,
      request,
      [view.workspaceId, workspaceId].map((id) => ({ workspaceId: id, type: 'workspaces.duplicated', payload })),
    );
    return { body: { ...workspace, diagnostics: diagnosticsJson(after.diagnostics) } };
  };

function copiedIndex(index: JsonObject): JsonObject {
  const { customDomains: _domains, repositories: _repositories, id: _id, ...kept } = index;
  const { labels, name } = kept;
  return {
    ...kept,
    name: copiedName(name ?? ''),
    ...(Array.isArray(labels) && {
      labels: (labels as readonly Json[]).filter((label) => !NOT_COPIED.test(String(label))),
    }),
  };
}

function copiedName(name: Json): Json {
  if (isObject(name))
    return Object.fromEntries(Object.entries(name).map(([language, text]) => [language, copiedName(text)]));
  return `${String(name).slice(0, LONGEST_NAME - COPY.length)}${COPY}`;
}
