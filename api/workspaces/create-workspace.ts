import { randomInt } from 'node:crypto';

import { toYaml } from '../../shared/core/workspaces/edit-yaml';
import { firstName } from '../../shared/core/workspaces/slug-from-name';
import type { Change, Deployments, FileChanges } from '../../shared/ports/deployments';
import type { HttpRequest, Reply } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import { announce } from '../http/announce';
import { assertKnown } from './authorise';
import { checkBody } from './check-body';
import type { WorkspacesDependencies } from './dependencies';
import { diagnosticsJson, toldWorkspace, workspaceDocument } from './documents';
import { assertDomainsFree } from './custom-domains';
import { refusing } from './refusal';
import type { SlugBook } from './slug-book';
import { indexPart, partFiles } from './workspace-fields';
import { isStrict } from './query';

/** POST: everything of the document is created, or nothing. */
export const createCreateWorkspace = (dependencies: WorkspacesDependencies, slugs: SlugBook) =>
  async function createWorkspace(request: HttpRequest): Promise<Reply> {
    assertKnown(request);
    const { permissions, records } = dependencies;
    const workspaceId = newWorkspaceId(dependencies.deployments);
    await requirePermission(permissions, request.caller, 'create', { type: 'workspaces', workspaceId });
    const body = checkBody(request.body);
    const index = indexPart(body);
    assertDomainsFree(dependencies.deployments, workspaceId, index);
    const parts = partFiles(body);
    const strict = isStrict(request);
    const create = (slug: string): Promise<Change> =>
      refusing({ strict, json: true }, () =>
        createFiles(dependencies, request, workspaceId, { ...parts, 'index.yml': toYaml({ ...index, slug }) }),
      );
    const given = index['slug'];
    const { after } =
      typeof given === 'string'
        ? await slugs.hold(given, workspaceId, () => create(given))
        : await slugs.holdFree(firstName(index['name']), workspaceId, create);
    const workspace = workspaceDocument(after, records, true);
    const told = toldWorkspace(after, records);
    await announce(dependencies, request, [{ workspaceId, type: 'workspaces.created', payload: { workspace: told } }]);
    return { body: { ...workspace, diagnostics: diagnosticsJson(after.diagnostics) } };
  };

/** A new workspace of these files. */
export const createFiles = (
  { deployments }: Pick<WorkspacesDependencies, 'deployments'>,
  request: Pick<HttpRequest, 'caller' | 'query'>,
  workspaceId: string,
  changes: FileChanges,
): Promise<Change> =>
  deployments.change(workspaceId, () => ({
    changes,
    strict: isStrict(request),
    message: 'created',
    ...(request.caller.userId !== undefined && { by: request.caller.userId }),
  }));

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Seven letters and digits. Lower case: it names a folder, and not every file system tells `a` from `A`. */
export function newWorkspaceId({ view }: Pick<Deployments, 'view'>): string {
  for (;;) {
    const id = Array.from({ length: 7 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    if (!view(id)) return id;
  }
}
